import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createQuicConfig,
  type PolywireError,
  QuicConnection,
  type QuicConnectionOptions,
  type QuicEnd,
  type QuicHandler,
  type QuicheConnection,
  type QuicSettings,
} from '@polywire/sdk/core';
import { loadQuiche } from './load-quiche.js';
import { serverIdentity } from './server-identity.js';

/** One side of a connection without sockets, and what it was told. */
export class Side implements QuicHandler {
  readonly packets: Buffer[] = [];
  readonly events: string[] = [];
  readonly faults: PolywireError[] = [];
  readonly connection: QuicConnection;
  end: QuicEnd | undefined;
  reads = true;
  react: (packet: Buffer) => void = () => {};

  constructor(
    readonly native: QuicheConnection,
    options: QuicConnectionOptions,
  ) {
    this.connection = new QuicConnection(native, options, this);
  }

  onEstablished(): void {
    this.events.push('established');
  }
  onPacket(packet: Uint8Array): void {
    const kept = Buffer.from(packet);
    this.packets.push(kept);
    this.react(kept);
  }
  onEnd(): void {
    this.events.push('end');
  }
  onFault(error: PolywireError): void {
    this.faults.push(error);
    this.connection.close(error.closeCode, error.message);
  }
  onClosed(end: QuicEnd): void {
    this.end = end;
  }
}

const CLIENT = { host: '127.0.0.1', port: 1111 };
const SERVER = { host: '127.0.0.1', port: 2222 };

export interface PairOptions {
  readonly opens?: 'one-stream' | 'stream-per-packet';
  readonly maxPacketBytes?: number;
  readonly client?: Partial<QuicSettings>;
  readonly server?: Partial<QuicSettings>;
  /** Says of the n-th datagram whether it is lost. */
  readonly lost?: (n: number) => boolean;
}

/** A client and a server that hand each other their datagrams. */
export class Pair {
  readonly client: Side;
  readonly server: Side;
  readonly #lost: (n: number) => boolean;
  datagrams = 0;

  private constructor(client: Side, server: Side, lost: (n: number) => boolean) {
    this.client = client;
    this.server = server;
    this.#lost = lost;
  }

  static async make(options: PairOptions = {}): Promise<Pair> {
    const quiche = await loadQuiche();
    const { opens = 'one-stream', maxPacketBytes = 64 << 20, lost = () => false } = options;
    const identity = serverIdentity(undefined, Date.now());
    const shared = { alpn: ['polywire'], maxUnidirectionalStreams: 20, verifyPeer: false };
    const forClient = createQuicConfig(quiche, { ...shared, maxBidirectionalStreams: 0, ...options.client });
    const forServer = createQuicConfig(quiche, { ...shared, maxBidirectionalStreams: 1, identity, ...options.server });
    const client = quiche.Connection.connect(null, randomBytes(16), CLIENT, SERVER, forClient);
    const server = quiche.Connection.accept(randomBytes(16), null, SERVER, CLIENT, forServer);
    return new Pair(
      new Side(client, { opens, maxPacketBytes }),
      new Side(server, { opens: 'nothing', maxPacketBytes }),
      lost,
    );
  }

  /** Moves datagrams until neither side has any. */
  pump(): void {
    for (let moved = true; moved; ) {
      const toServer = this.#move(this.client, this.server, CLIENT, SERVER);
      moved = this.#move(this.server, this.client, SERVER, CLIENT) || toServer;
    }
  }

  /** Pumps, and lets time pass, until `condition` holds. */
  async until(condition: () => boolean, timeoutMs = 10_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (this.pump(); !condition(); this.pump()) {
      if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain`);
      const waits = [this.client, this.server].map(({ connection }) => connection.timeoutMs ?? 1000);
      await sleep(Math.min(50, ...waits) + 1);
      for (const { connection } of [this.client, this.server]) {
        if (connection.timeoutMs === 0) connection.onTimeout();
      }
    }
  }

  #move(from: Side, to: Side, source: typeof CLIENT, target: typeof CLIENT): boolean {
    const sent: Uint8Array[] = [];
    while (from.connection.flush((datagram) => sent.push(datagram)));
    for (const datagram of sent) {
      this.datagrams += 1;
      if (this.#lost(this.datagrams)) continue;
      to.connection.receive(datagram, { from: source, to: target });
      if (to.reads) to.connection.read();
    }
    return sent.length > 0;
  }
}
