import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { CreateListener, Listener, ListenerOptions } from './listener.js';
import { type Dial, type Peer, until } from './peer.cases.js';
import type { Recorded, RecordingHost } from './recording-host.cases.js';

/** Whether uWebSockets.js has a binary for this platform and version of Node; where not, its cases are skipped. */
export const uwsLoads = await import('uWebSockets.js').then(
  () => true,
  () => false,
);

/** One kind of listener and how to reach it. */
export interface ListenerKind {
  readonly name: string;
  readonly transport: 'ws' | 'tcp' | 'quic';
  readonly load: () => Promise<CreateListener>;
  readonly dial: Dial;
}

/** maxQueuedBytes, unless a test says otherwise. */
export const LIMIT = 256 * 1024;
export const defaults: ListenerOptions = {
  host: '127.0.0.1',
  port: 0,
  maxMessageBytes: 64 * 1024,
  maxQueuedBytes: LIMIT,
  maxConnections: 10_000,
};

/** Starts listeners and stops those that a test left running. */
export class Stage {
  readonly #running: Listener[] = [];

  constructor(readonly kind: Pick<ListenerKind, 'load' | 'dial'>) {}

  async make(host: RecordingHost, options: Partial<ListenerOptions> = {}): Promise<Listener> {
    const create = await this.kind.load();
    const listener = create({ ...defaults, ...options }, host);
    this.#running.push(listener);
    return listener;
  }

  async listen(host: RecordingHost, options: Partial<ListenerOptions> = {}): Promise<Listener> {
    const listener = await this.make(host, options);
    await listener.listen();
    return listener;
  }

  async connect(host: RecordingHost, listener: Listener): Promise<[Peer, Recorded]> {
    const before = host.accepted.length;
    const peer = await this.kind.dial(listener.port);
    await until(() => host.accepted.length > before, 'accepted');
    return [peer, host.accepted[before] as Recorded];
  }

  /** A port for tests that name one: a listener on port 0 is bound in other ways than one on a port. */
  async freePort(): Promise<number> {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    return port;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((listener) => listener.close()));
  }
}

/** Message `index` of a numbered sequence. */
export function numbered(index: number, length: number): Buffer {
  const bytes = Buffer.alloc(length, index & 0xff);
  bytes.writeUInt32BE(index);
  return bytes;
}

/** The numbers of a received sequence of messages of one length, whole ones only. */
export function numbersOf(pieces: readonly Buffer[], length: number): number[] {
  const all = Buffer.concat(pieces);
  return Array.from({ length: Math.floor(all.length / length) }, (_, index) => all.readUInt32BE(index * length));
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
