import { Buffer } from 'node:buffer';
import { AesGcm } from '../../../server/dialects/banio/aes-gcm.js';
import { decodeMessage, type Era } from '../../../server/dialects/banio/decode.js';
import { encodeMessage, type MessageOut } from '../../../server/dialects/banio/encode.js';
import { openPayload } from '../../../server/dialects/banio/payload.js';
import { dialRaw, type RawPeer } from '../../kit/dial-raw.js';

/** A message, opened. */
export interface Received {
  readonly action: string;
  readonly noEncrypt: boolean;
  /** Undefined: there is none. */
  readonly payload: string | undefined;
}

const MAX_BYTES = 64 * 1024 * 1024;

/** The message in a frame without its length. */
export function openFrame(body: Uint8Array, key: AesGcm | undefined): Received {
  const message = decodeMessage(body, { oldEras: true, maxInflatedBytes: MAX_BYTES });
  if ('fault' in message) throw new Error(`the server sent a bad frame (${message.fault})`);
  const { action } = message;
  if (message.era !== 'gob') return { action, noEncrypt: false, payload: message.payload?.toString() };
  const { data, noEncrypt } = message;
  const opened = openPayload(data, noEncrypt ? undefined : key, MAX_BYTES);
  if ('fault' in opened) throw new Error(`the server sent bad data (${opened.fault})`);
  return { action, noEncrypt, payload: opened.payload?.toString() };
}

/** A BanIO client that does nothing by itself. */
export class BanioClient {
  readonly raw: RawPeer;
  readonly key: AesGcm | undefined;
  readonly era: Era;
  #unread = Buffer.alloc(0);

  constructor(raw: RawPeer, options: { readonly aesKey?: string | undefined; readonly era?: Era } = {}) {
    this.raw = raw;
    this.key = options.aesKey === undefined ? undefined : new AesGcm(options.aesKey);
    this.era = options.era ?? 'gob';
  }

  send(action: string, data: MessageOut['data'], plain = false): void {
    this.raw.send(this.frame(action, data, plain));
  }

  frame(action: string, data: MessageOut['data'], plain = false): Buffer {
    return encodeMessage({ action, data, plain }, { era: this.era, cipher: this.key });
  }

  /** The next message. Rejects when none comes within the time, or the connection ends before. */
  async receive(timeoutMs = 5_000): Promise<Received> {
    for (;;) {
      const total = this.#unread.length < 4 ? 4 : 4 + this.#unread.readUInt32LE();
      if (this.#unread.length >= total && total > 4) {
        const body = this.#unread.subarray(4, total);
        this.#unread = this.#unread.subarray(total);
        return openFrame(body, this.key);
      }
      const more = await this.raw.receive(1, timeoutMs);
      if (more.length === 0) throw new Error('the connection ended');
      this.#unread = Buffer.concat([this.#unread, more]);
    }
  }

  /** Everything that was sent before is handled when this resolves. Fails when something else comes. */
  async settle(): Promise<void> {
    this.send('ping', 41n, true);
    const { action, payload } = await this.receive();
    if (action !== 'pong' || payload !== '42') throw new Error(`${action} ${payload} came instead of a pong`);
  }

  async get(key: string): Promise<string | undefined> {
    this.send('onGetVal', key);
    const { action, payload } = await this.receive();
    if (action !== `__res__${key}`) throw new Error(`${action} came instead of the value of ${key}`);
    return payload;
  }

  set(key: string, value: string, expireSecs = 0): void {
    this.send('onSetVal', { Key: key, Val: value, expireSecs });
  }
}

/** @param address such as "tcp://127.0.0.1:6789" */
export async function dialBanio(
  address: string,
  options: { readonly aesKey?: string | undefined; readonly era?: Era } = {},
): Promise<BanioClient> {
  return new BanioClient(await dialRaw(address), options);
}
