import { Buffer } from 'node:buffer';
import { FakeClock } from '@polywire/sdk/testing';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../config/defaults.js';
import { createLogger } from '../../log.js';
import { Counters } from '../../metrics/counters.js';
import { EventStream } from '../../sessions/event-stream.js';
import { SessionHost } from '../../sessions/session-host.js';
import { SessionTable } from '../../sessions/session-table.js';
import { memory } from '../../stores/memory.js';
import type { Connection, ConnectionHandler } from '../../transports/listener.js';
import type { BanioHandler } from './banio.js';
import { BanioDialect } from './banio-dialect.js';
import { BanioHub } from './banio-hub.js';
import { encodeMessage } from './encode.js';
import { FrameDecoder } from './frame-decoder.js';
import type { BanioData } from './payload.js';
import { readGobMessage } from './read-gob-message.js';

/** A connection whose other end is the test. */
class FakeConnection {
  readonly transport = 'tcp';
  readonly remoteAddress = '127.0.0.1:5000';
  /** What `send` answers. */
  hasRoom = true;
  isPaused = false;
  readonly writes: Uint8Array[] = [];
  readonly closes: number[] = [];

  send(bytes: Uint8Array): boolean {
    this.writes.push(bytes.slice());
    return this.hasRoom;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  close(code: number): void {
    this.closes.push(code);
  }

  /** Actions of the messages that were sent. */
  takeActions(): string[] {
    const decoder = new FrameDecoder(10_000_000);
    decoder.push(Buffer.concat(this.writes.splice(0)));
    const actions: string[] = [];
    for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
      const message = readGobMessage(frame);
      actions.push('fault' in message ? message.fault : message.action);
    }
    return actions;
  }
}

interface Stage {
  readonly hub: BanioHub;
  readonly connection: FakeConnection;
  readonly session: ConnectionHandler & { readonly runningCalls: number };
  readonly clock: FakeClock;
}

async function stageOf(handlers: Readonly<Record<string, BanioHandler>> = {}, heartbeatTimeoutMs = 0): Promise<Stage> {
  const clock = new FakeClock();
  const logger = createLogger({ level: 'silent' });
  const host = new SessionHost({
    clock,
    logger,
    sessions: new SessionTable(),
    events: new EventStream(),
    counters: new Counters(),
    limits: defaultConfig.limits,
  });
  const hub = new BanioHub({
    host,
    logger,
    config: { ...defaultConfig.banio, heartbeatTimeoutMs },
    handlers,
    store: await memory()({ clock, onError: (error: Error) => expect.fail(error.message) }),
    anonymousStore: await memory()({ clock, onError: (error: Error) => expect.fail(error.message) }),
    maxValueBytes: 1_048_576,
    maxCalls: 100,
  });
  const connection = new FakeConnection();
  const session = new BanioDialect(hub).accept(connection as unknown as Connection) as Stage['session'];
  return { hub, connection, session, clock };
}

const frame = (action: string, data: BanioData): Buffer =>
  encodeMessage({ action, data }, { era: 'gob', cipher: undefined });

const frames = (count: number, action: string, data: BanioData): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => frame(action, data)));

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a BanIO session', () => {
  it('sends the replies of one read in one write', async () => {
    const { connection, session } = await stageOf();
    session.onBytes(frames(50, 'ping', 1n));
    expect(connection.writes).toHaveLength(1);
    expect(connection.takeActions()).toHaveLength(50);
  });

  it('sends in pieces when there is much to send, and holds back when it is not taken', async () => {
    const { connection, session } = await stageOf();
    const noise = Array.from({ length: 30_000 }, (_, i) => String.fromCharCode(33 + ((i * 7919) % 89) + (i % 3))).join(
      '',
    );
    session.onBytes(frame('onSetVal', { Key: 'k', Val: noise }));
    connection.hasRoom = false;
    session.onBytes(frames(100, 'onGetVal', 'k'));
    const first = connection.takeActions().length;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(100);
    expect(connection.isPaused).toBe(true);
    connection.hasRoom = true;
    let seen = first;
    for (let rounds = 0; seen < 100 && rounds < 100; rounds++) {
      session.onWritable();
      await turn();
      seen += connection.takeActions().length;
    }
    expect(seen).toBe(100);
    expect(connection.isPaused).toBe(false);
  });

  it('gives others their turn after a megabyte of payloads', async () => {
    const seen: string[] = [];
    const { connection, session } = await stageOf({
      take: ({ payload }) => {
        seen.push(String(payload?.length));
      },
    });
    session.onBytes(frames(5, 'take', Buffer.alloc(600_000)));
    expect(seen).toHaveLength(2);
    expect(connection.isPaused).toBe(true);
    expect(session.runningCalls).toBe(1);
    await turn();
    expect(seen).toHaveLength(4);
    await turn();
    expect(seen).toEqual(Array.from({ length: 5 }, () => '600000'));
    expect(connection.isPaused).toBe(false);
    expect(session.runningCalls).toBe(0);
  });

  it('a ping or a pong puts off the end by silence, nothing else does', async () => {
    for (const action of ['ping', 'pong', 'onGetVal']) {
      const { connection, session, clock } = await stageOf({}, 1_000);
      clock.advance(600);
      session.onBytes(frame(action, '1'));
      clock.advance(999);
      expect(connection.closes.length, action).toBe(action === 'onGetVal' ? 1 : 0);
      clock.advance(1);
      expect(connection.closes.length, action).toBe(1);
    }
  });

  it('leaves nothing behind', async () => {
    const { hub, session, clock } = await stageOf({ slow: () => new Promise(() => {}) }, 1_000);
    session.onBytes(Buffer.concat([frame('subscribe', ['t']), frame('onGetVal', 'lock_x'), frame('slow', undefined)]));
    session.onBytes(frame('ping', 1n).subarray(0, 20));
    expect(hub.tags.size).toBe(1);
    session.onClose(1000, '');
    expect(hub.tags.size).toBe(0);
    expect(hub.broadcast('t', 'x')).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('does not take text', async () => {
    const { connection, session } = await stageOf();
    session.onText('ping');
    expect(connection.closes).toHaveLength(1);
  });
});
