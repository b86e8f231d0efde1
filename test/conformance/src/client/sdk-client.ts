import { fromJson, type JsonObject, toJson } from '@bufbuild/protobuf';
import {
  type ClientCall,
  type ClientCommand,
  type ClientConnect,
  type ClientReport,
  ClientState,
} from '@polywire/protocol/polywire.conformance.v1';
import type { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { IoService } from '@polywire/protocol/polywire.io.v1';
import { KvService } from '@polywire/protocol/polywire.kv.v1';
import { type Client, connect, PolywireError } from '@polywire/sdk';
import { fromPlain, toPlain } from '../schema/plain.js';
import { methodInfo, registry } from '../schema/registry.js';
import type { ClientChannel, DrivenClient } from './client-under-test.js';

const services = [KvService, IoService] as const;
const CONNECT_TIMEOUT_MS = 2_000;

type Method = (request: unknown, options: object) => Promise<unknown> | AsyncIterable<unknown>;

/** This project's own client, in this process. */
export const sdkClient: DrivenClient = {
  name: '@polywire/sdk',
  start: (onReport) => new SdkClient(onReport),
};

class SdkClient implements ClientChannel {
  readonly #onReport: (report: ClientReport) => void;
  readonly #withdrawals = new Map<number, AbortController>();
  readonly #abort = new AbortController();
  #client: Promise<Client> | undefined;

  constructor(onReport: (report: ClientReport) => void) {
    this.#onReport = onReport;
  }

  send({ id, action }: ClientCommand): void {
    switch (action?.$case) {
      case 'connect':
        this.#client = this.#connect(id, action.value);
        this.#client.catch(() => {});
        return;
      case 'call':
        void this.#call(id, action.value);
        return;
      case 'cancel':
        this.#withdrawals.get(action.value)?.abort();
        return;
      case 'close':
        void this.#client?.then((client) => client.close());
    }
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await (await this.#client?.catch(() => undefined))?.close();
  }

  async #connect(id: number, { url, clientId, reconnectMs }: ClientConnect): Promise<Client> {
    try {
      const client = await connect(url, {
        clientId,
        reconnect: { firstMs: reconnectMs, maxMs: reconnectMs },
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
        signal: this.#abort.signal,
      });
      void this.#follow(id, client);
      return client;
    } catch (thrown) {
      const { code } = PolywireError.from(thrown);
      this.#status(id, ClientState.CLOSED, code, false);
      throw thrown;
    }
  }

  async #follow(id: number, client: Client): Promise<void> {
    for await (const { state, code, resumed } of client.status()) {
      if (state === 'connected') this.#status(id, ClientState.CONNECTED, code, resumed);
      else if (state === 'disconnected') this.#status(id, ClientState.DISCONNECTED, code, false);
      else if (state === 'closed') this.#status(id, ClientState.CLOSED, code, false);
    }
  }

  async #call(id: number, { method: name, request = {}, timeoutMs }: ClientCall): Promise<void> {
    const { desc } = methodInfo(name);
    const controller = new AbortController();
    this.#withdrawals.set(id, controller);
    const item = (message: unknown): void => {
      const json = toJson(desc.output, fromPlain(desc.output, message as never), { registry }) as JsonObject;
      this.#onReport({ id, event: { $case: 'item', value: json } });
    };
    try {
      const service = services.find(({ typeName }) => typeName === desc.parent.typeName);
      if (service === undefined) throw new Error(`${name} is not among the services of this client`);
      const client = (await this.#client) as Client;
      const made = client.use<unknown>(service) as Record<string, Method>;
      const plain = toPlain(desc.input, fromJson(desc.input, request as JsonObject, { registry }));
      const options = { signal: controller.signal, timeoutMs };
      const outcome = (made[desc.localName] as Method)(plain, options);
      if (outcome instanceof Promise) item(await outcome);
      else for await (const each of outcome) item(each);
      this.#onReport({ id, event: { $case: 'ended', value: {} } });
    } catch (thrown) {
      const { code, message, details, retryAfterMs } = PolywireError.from(thrown);
      const value = { code, message, details: new Map(Object.entries(details)), retryAfterMs };
      this.#onReport({ id, event: { $case: 'error', value } });
    }
  }

  #status(id: number, state: ClientState, code: ErrorCode, resumed: boolean): void {
    this.#onReport({ id, event: { $case: 'status', value: { state, code, resumed } } });
  }
}
