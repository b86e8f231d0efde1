import { ConformanceService, type ConformanceServiceHandler } from '@polywire/protocol/polywire.conformance.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PacketFlag } from '@polywire/protocol/polywire.transport.v1';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.js';
import { PolywireError } from '../error.js';
import type { Packet } from '../packet/packet.js';
import { PacketDecoder } from '../packet/packet-decoder.js';
import { writeEncoded } from '../packet/write-encoded.js';
import type { CallEngine } from './call-engine.js';
import type { CallLink } from './call-link.js';
import { createClient } from './create-client.js';
import { createEngine } from './create-engine.js';
import { fragments } from './fragments.js';
import { IncomingCalls } from './incoming-calls.js';
import { ServiceRegistry } from './service-registry.js';

const MAX_PAYLOAD_BYTES = 70_000;
const MAX_MESSAGE_BYTES = 1_000_000;

/** Two engines. What one sends waits until the test hands it on, and more than one write is too much. */
function pair(handler: Partial<ConformanceServiceHandler>) {
  const registry = new ServiceRegistry();
  registry.add(ConformanceService, handler);
  const clock = new FakeClock();
  const make = (services: ServiceRegistry): { engine: CallEngine; sent: Uint8Array[]; opaque: number[] } => {
    const sent: Uint8Array[] = [];
    const opaque: number[] = [];
    const options = {
      clock,
      fragments,
      serve: (link: CallLink) => new IncomingCalls(link, { registry: services, maxCalls: 10 }),
      defer: queueMicrotask,
      maxPayloadBytes: MAX_PAYLOAD_BYTES,
      maxSendPayloadBytes: MAX_PAYLOAD_BYTES,
      maxMessageBytes: MAX_MESSAGE_BYTES,
      maxStreamBytes: 10_000_000,
    };
    const engine = createEngine(options, {
      peer: { sessionId: 's', clientId: '' },
      send: (bytes) => {
        sent.push(bytes.slice());
        return false;
      },
      onOpaque: ({ messageId }) => opaque.push(messageId),
    });
    return { engine, sent, opaque };
  };
  const [client, server] = [make(new ServiceRegistry()), make(registry)];
  /** Hands one write on, and tells its sender that there is room again. */
  const move = async (from: typeof client, to: typeof client): Promise<boolean> => {
    await Promise.resolve();
    const bytes = from.sent.shift();
    if (bytes === undefined) return false;
    to.engine.receive(bytes);
    from.engine.onWritable();
    await new Promise((resolve) => setImmediate(resolve));
    return true;
  };
  const settle = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    while ((await move(client, server)) || (await move(server, client)));
  };
  const service = createClient(ConformanceService, () => client.engine, { timeoutMs: 0, maxStreamBytes: 10_000_000 });
  return { client, server, move, settle, service, clock };
}

function packetsOf(writes: readonly Uint8Array[]): Pick<Packet, 'messageId' | 'flags' | 'payloadLen'>[] {
  const packets: Pick<Packet, 'messageId' | 'flags' | 'payloadLen'>[] = [];
  for (const bytes of writes) {
    new PacketDecoder({ maxPayloadBytes: MAX_PAYLOAD_BYTES }).push(bytes, ({ messageId, flags, payloadLen }) =>
      packets.push({ messageId, flags, payloadLen }),
    );
  }
  return packets;
}

const payloadOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index * 11);

async function codeOf(call: Promise<unknown>): Promise<string> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  return PolywireError.is(thrown) ? thrown.codeName : String(thrown);
}

describe('messages that are larger than a packet', () => {
  it.each([70_000, 70_001, 200_000, 999_000])('go and come back whole: %i bytes', async (length) => {
    const { settle, service } = pair({ unary: ({ payload }) => ({ payload }) });
    const reply = service.unary({ payload: payloadOf(length) });
    await settle();
    expect((await reply).payload).toEqual(payloadOf(length));
  });

  it('let small calls pass, in both directions', async () => {
    const { client, server, move, settle, service } = pair({ unary: ({ payload }) => ({ payload }) });
    const large = service.unary({ payload: payloadOf(600_000) });
    await Promise.resolve();
    const order: string[] = [];
    large.then(() => order.push('large'));
    await move(client, server);
    service.unary({ payload: payloadOf(1) }).then(() => order.push('small up'));
    await move(client, server);
    // Two pieces at most went before it.
    expect(packetsOf(client.sent).some(({ flags }) => (flags & PacketFlag.FRAGMENTED) === 0)).toBe(true);
    while (!client.engine.isSendingLarge === false) await move(client, server);
    while (!server.engine.isSendingLarge) await move(client, server);
    service.unary({ payload: payloadOf(2) }).then(() => order.push('small down'));
    await move(client, server);
    await settle();
    await large;
    expect(order).toEqual(['small up', 'small down', 'large']);
  });

  it('take turns: no large message waits for the end of another', async () => {
    const { client, settle, service } = pair({ unary: ({ payload }) => ({ payload: payload.slice(0, 1) }) });
    const both = Promise.all([
      service.unary({ payload: payloadOf(300_000) }),
      service.unary({ payload: payloadOf(300_000) }),
    ]);
    await Promise.resolve();
    const seen: number[] = [];
    while (client.engine.isSendingLarge) {
      seen.push(...packetsOf(client.sent.splice(0)).map(({ messageId }) => messageId));
      client.engine.onWritable();
    }
    seen.push(...packetsOf(client.sent.splice(0)).map(({ messageId }) => messageId));
    expect(seen).toEqual([1, 2, 1, 2, 1, 2, 1, 2, 1, 2]);
    client.engine.close(new PolywireError(ErrorCode.CANCELLED, 'the test is over'));
    await both.catch(() => {});
    await settle();
  });

  it('keep the order of the items of a stream', async () => {
    const lengths = [10, 200_000, 20, 150_000, 0];
    const { settle, service } = pair({
      async *serverStream() {
        for (const length of lengths) yield { payload: payloadOf(length) };
        throw new PolywireError(ErrorCode.NOT_FOUND, 'no more');
      },
    });
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { payload } of service.serverStream({})) seen.push(payload.length);
    })();
    const outcome = codeOf(reading);
    await settle();
    expect(await outcome).toBe('NOT_FOUND');
    expect(seen).toEqual(lengths);
  });

  it('end with a coded error when they are over the limit, on the way and before it', async () => {
    const { client, server, settle, service } = pair({ unary: ({ payload }) => ({ payload }) });
    expect(await codeOf(service.unary({ payload: payloadOf(MAX_MESSAGE_BYTES + 1) }))).toBe('PACKET_TOO_LARGE');
    // A peer that believes more is allowed.
    client.engine.maxMessageBytes = 2 * MAX_MESSAGE_BYTES;
    const call = codeOf(service.unary({ payload: payloadOf(MAX_MESSAGE_BYTES + 100_000) }));
    await settle();
    expect(await call).toBe('PACKET_TOO_LARGE');
    expect(server.engine.incoming.running).toBe(0);
    const next = service.unary({ payload: payloadOf(3) });
    await settle();
    expect((await next).payload).toHaveLength(3);
  });

  it('stop when they are cancelled, and nothing of them is kept', async () => {
    let calls = 0;
    const { client, server, move, settle, service } = pair({
      unary: ({ payload }) => {
        calls++;
        return { payload };
      },
    });
    const abort = new AbortController();
    const call = codeOf(service.unary({ payload: payloadOf(600_000) }, { signal: abort.signal }));
    await Promise.resolve();
    await move(client, server);
    abort.abort();
    expect(await call).toBe('CANCELLED');
    expect(client.engine.isSendingLarge).toBe(false);
    await settle();
    expect(calls).toBe(0);
    // The rest of a cancelled response is not sent either.
    const down = new AbortController();
    const second = codeOf(service.unary({ payload: payloadOf(600_000) }, { signal: down.signal }));
    while (!server.engine.isSendingLarge) await move(client, server);
    await move(server, client);
    down.abort();
    expect(await second).toBe('CANCELLED');
    await move(client, server);
    expect(server.engine.isSendingLarge).toBe(false);
    await settle();
    expect(calls).toBe(1);
  });

  it('are refused at their first piece when the call may not be made', async () => {
    const { client, server, move, settle, service } = pair({});
    const call = codeOf(service.unary({ payload: payloadOf(600_000) }));
    await Promise.resolve();
    await move(client, server);
    await settle();
    expect(await call).toBe('UNIMPLEMENTED');
    expect(server.engine.incoming.running).toBe(0);
  });

  it('do not pile up for a reader that does not read', async () => {
    const { client, server, move, settle, service } = pair({ unary: () => ({ payload: payloadOf(900_000) }) });
    const calls = Array.from({ length: 8 }, () => codeOf(service.unary({})));
    await Promise.resolve();
    await move(client, server);
    await settle();
    const outcomes = await Promise.all(calls);
    // Four of the largest messages may wait; the others are told to come back.
    expect(outcomes.filter((code) => code === 'RESOURCE_EXHAUSTED')).toHaveLength(4);
    expect(outcomes.filter((code) => code === 'undefined')).toHaveLength(4);
    expect(server.engine.isSendingLarge).toBe(false);
  });

  it('leave opaque packets with that flag as they are', async () => {
    const { server } = pair({});
    const writer = new (await import('../packet/packet-writer.js')).PacketWriter();
    writeEncoded(writer, 1, 0, 9, PacketFlag.FRAGMENTED, undefined, payloadOf(5));
    writeEncoded(writer, 2, 0, 9, PacketFlag.FRAGMENTED, undefined, payloadOf(5));
    writeEncoded(writer, 0, 0, 9, PacketFlag.FRAGMENTED, undefined, payloadOf(5));
    writeEncoded(writer, 1, 0, 9, 0, undefined, payloadOf(5));
    server.engine.receive(writer.take().slice());
    expect(server.opaque).toEqual([9, 9, 9, 9]);
  });
});
