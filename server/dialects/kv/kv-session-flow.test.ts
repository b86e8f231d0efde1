import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { batch, get, instant, set, slowSets, stageOf, turn } from './kv-session.cases.js';

describe('flow', () => {
  it('a peer that does not read is not read from', () => {
    const { session, connection } = stageOf(instant);
    connection.hasRoom = false;
    session.onBytes(get('a'));
    expect(connection.isPaused).toBe(true);
    session.onBytes(batch(get('b'), get('c')));
    expect(connection.takeReplies()).toEqual(['200 success a']);
    connection.hasRoom = true;
    session.onWritable();
    expect(connection.takeReplies()).toEqual(['200 success b', '200 success c']);
    expect(connection.isPaused).toBe(false);
  });

  it('stops in the middle of a batch when there is no room', () => {
    const { session, connection } = stageOf({ get: () => ({ found: true, value: new Uint8Array(40_000) }) });
    connection.hasRoom = false;
    session.onBytes(batch(...Array.from({ length: 50 }, () => get('k'))));
    const sent = connection.writes.reduce((sum, { length }) => sum + length, 0);
    expect(sent).toBeLessThan(110_000);
  });

  it.each([
    ['a request that stands still', (bytes: Uint8Array) => bytes.slice(0, 6), 3001],
    ['replies that nobody reads', (bytes: Uint8Array) => bytes, 3042],
  ])('%s: closed after the stall limit', (_, cut, code) => {
    const { session, connection, clock } = stageOf(instant, { stallTimeoutMs: 5_000 });
    connection.hasRoom = false;
    session.onBytes(cut(get('abc')));
    clock.advance(4_999);
    expect(connection.closes).toEqual([]);
    clock.advance(1);
    expect(connection.closes).toEqual([{ code, reason: expect.stringContaining('kv_wire.stall_timeout_ms') }]);
  });

  it('every byte begins the wait anew; an idle connection has no limit', () => {
    const { session, connection, clock } = stageOf(instant, { stallTimeoutMs: 5_000 });
    const bytes = get('abc');
    for (const byte of bytes) {
      session.onBytes(new Uint8Array([byte]));
      clock.advance(4_000);
    }
    expect(clock.pending).toBe(0);
    clock.advance(1_000_000);
    expect(connection.takeReplies()).toEqual(['200 success abc']);
    expect(connection.closes).toEqual([]);
  });

  it('a request that waits for a set has no stall limit', () => {
    const { handler } = slowSets();
    const { session, connection, clock } = stageOf(handler, { stallTimeoutMs: 5_000 });
    session.onBytes(batch(set('a', '1'), get('a'), get('b').slice(0, 5)));
    clock.advance(60_000);
    expect(connection.closes).toEqual([]);
  });

  it('gives back what it held of an unfinished request', () => {
    const { session, dialect } = stageOf(instant);
    session.onBytes(set('a', 'x'.repeat(1_000)).slice(0, 900));
    expect(dialect.budget.used).toBeGreaterThanOrEqual(900);
    session.onClose(1006, '');
    expect(dialect.budget.used).toBe(0);
  });
});

describe('ends', () => {
  it('after a frame that is too large: what came before is answered, what follows is not read', async () => {
    const { pending, handler } = slowSets();
    const { session, connection, failures, dialect } = stageOf(handler, { maxFrameBytes: 100 });
    session.onBytes(batch(set('a', '1'), new Uint8Array([0, 0, 0, 101, 1]), get('b')));
    session.onBytes(get('c').slice(0, 6));
    expect(dialect.budget.used).toBe(0);
    expect(connection.closes).toEqual([]);
    pending[0]?.resolve();
    await turn();
    expect(connection.takeReplies()).toEqual(['200 success 1']);
    expect(connection.closes).toEqual([{ code: 3534, reason: expect.stringContaining('frame too large') }]);
    expect(failures.map(({ code }) => code)).toEqual([ErrorCode.PACKET_TOO_LARGE]);
  });

  it('a peer that ends its side gets its answers first', async () => {
    const { pending, handler } = slowSets();
    const { session, connection } = stageOf(handler);
    session.onBytes(batch(set('a', '1'), get('b')));
    session.onEnd?.();
    expect(connection.closes).toEqual([]);
    pending[0]?.resolve();
    await turn();
    expect(connection.takeReplies()).toEqual(['200 success 1', '200 success value of b']);
    expect(connection.closes).toEqual([{ code: 1000, reason: 'the peer has ended its side' }]);
  });

  it('a peer that ends inside a frame is closed', () => {
    const { session, connection } = stageOf(instant);
    session.onBytes(get('abc').slice(0, 6));
    session.onEnd?.();
    expect(connection.closes).toEqual([
      { code: 3532, reason: expect.stringContaining('end of stream inside a frame') },
    ]);
  });

  it('a call that ends after its connection changes nothing', async () => {
    const { pending, handler } = slowSets();
    const { session, connection, host } = stageOf(handler);
    session.onBytes(set('a', '1'));
    session.onClose(1006, '');
    pending[0]?.resolve();
    await turn();
    expect(connection.writes).toEqual([]);
    expect(host.counters.messagesOut).toBe(0);
  });

  it('a stopping server refuses new requests and reports the end of the running ones', async () => {
    const { pending, handler } = slowSets();
    const { session, connection, host } = stageOf(handler);
    let idles = 0;
    host.idle = () => idles++;
    session.onBytes(set('a', '1'));
    host.draining = true;
    session.onBytes(get('a'));
    expect(idles).toBe(0);
    pending[0]?.resolve();
    await turn();
    expect(idles).toBe(1);
    expect(connection.takeReplies()).toEqual(['200 success 1', '500 the server is stopping and takes no new requests']);
  });
});
