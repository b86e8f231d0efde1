import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { describeBackpressure } from './backpressure.cases.js';
import { describeLifetime } from './lifetime.cases.js';
import { totalBytes, until } from './peer.cases.js';
import { type Recorded, RecordingHost } from './recording-host.cases.js';
import { type ListenerKind, numbered, numbersOf, Stage, upTo } from './stage.cases.js';

/** The behaviour that every listener has. */
export function describeListener(kind: ListenerKind): void {
  describe(`listener ${kind.name}`, () => {
    const stage = new Stage(kind);
    afterEach(() => stage.stop());

    it('carries bytes both ways, in order', async () => {
      const host = new RecordingHost();
      host.react = ({ connection }, bytes) => void connection.send(bytes);
      const listener = await stage.listen(host);
      const [peer, { connection }] = await stage.connect(host, listener);
      for (const index of upTo(500)) peer.send(numbered(index, 100));
      await until(() => totalBytes(peer.received) === 50_000, 'the echo');
      expect(numbersOf(peer.received, 100)).toEqual(upTo(500));
      expect(connection.transport).toBe(kind.transport);
      expect(connection.remoteAddress).toMatch(/^127\.0\.0\.1(:\d+)?$/);
      expect(listener.name).toBe(kind.name);
      expect(listener.connectionCount).toBe(1);
      peer.end();
      await until(() => listener.connectionCount === 0, 'no connection');
      expect(host.accepted[0]?.closes).toEqual([{ code: 1000, reason: '' }]);
      expect(host.errors).toEqual([]);
    });

    it('borrows bytes only until a call returns', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host, { maxQueuedBytes: 64 << 20 });
      const [peer, { connection }] = await stage.connect(host, listener);
      connection.join(1);
      peer.pause();
      const scratch = Buffer.alloc(4 << 20);
      const view = scratch.subarray(1 << 20, 3 << 20);
      for (const fill of upTo(6)) {
        scratch.fill(fill);
        if (fill % 2 === 0) connection.send(view);
        else listener.publish(1, view);
        scratch.fill(0xee);
      }
      peer.resume();
      await until(() => totalBytes(peer.received) === 6 * view.length, 'all messages');
      const all = Buffer.concat(peer.received);
      expect(
        upTo(6).map((fill) => all.subarray(fill * view.length, (fill + 1) * view.length).every((b) => b === fill)),
      ).toEqual(Array(6).fill(true));
    });

    it.each([100, 20_000])('keeps the order of sends and publishes of %i bytes', async (length) => {
      const host = new RecordingHost();
      const listener = await stage.listen(host, { maxQueuedBytes: 64 << 20 });
      const [peer, { connection }] = await stage.connect(host, listener);
      connection.join(7);
      const burst = (from: number) => {
        for (const index of upTo(100)) {
          if (index % 3 === 0) connection.send(numbered(from + index, length));
          else listener.publish(7, numbered(from + index, length));
        }
      };
      burst(0);
      host.react = () => burst(100);
      peer.send(Buffer.from('now from inside a handler'));
      await until(() => totalBytes(peer.received) === 200 * length, 'both bursts');
      expect(numbersOf(peer.received, length)).toEqual(upTo(200));
    });

    it('publishes to the members of a group and to nobody else', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host);
      const [first, one] = await stage.connect(host, listener);
      const [second, two] = await stage.connect(host, listener);
      listener.publish(1, numbered(99, 4));
      one.connection.join(1);
      one.connection.join(1);
      two.connection.join(2);
      listener.publish(1, numbered(0, 4));
      listener.publish(2, numbered(10, 4));
      two.connection.leave(2);
      two.connection.leave(2);
      two.connection.leave(3);
      listener.publish(2, numbered(11, 4));
      two.connection.join(1);
      listener.publish(1, numbered(1, 4));
      await until(() => totalBytes(first.received) >= 8 && totalBytes(second.received) >= 8, 'the messages');
      await sleep(30);
      expect(numbersOf(first.received, 4)).toEqual([0, 1]);
      expect(numbersOf(second.received, 4)).toEqual([10, 1]);
    });

    it('ends a connection from inside any callback, once and not re-entrantly', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host);
      const ends: ((recorded: Recorded) => void)[] = [
        ({ connection }) => connection.close(3000, 'bye'),
        ({ connection }) => connection.terminate(),
        ({ connection }) => {
          connection.send(Buffer.from('last'));
          connection.close(3000, 'bye');
          connection.terminate();
          connection.send(Buffer.from('ignored'));
          connection.join(1);
          connection.leave(1);
        },
      ];
      for (const end of ends) {
        host.onAccept = (recorded) => recorded.guard(() => end(recorded));
        await kind.dial(listener.port).then(
          (refused) => refused.closed,
          () => 'ended before the handshake was answered',
        );
        host.onAccept = () => {};
        host.react = (recorded) => recorded.guard(() => end(recorded));
        const [peer] = await stage.connect(host, listener);
        peer.send(Buffer.from('go'));
        await peer.closed;
      }
      await until(() => host.accepted.every((recorded) => recorded.closes.length > 0), 'every onClose');
      await sleep(20);
      const codes = host.accepted.map((recorded) => recorded.closes.map(({ code }) => code));
      expect(codes).toEqual([[3000], [3000], [1006], [1006], [3000], [3000]]);
      expect(host.accepted.flatMap((recorded) => recorded.reentered)).toEqual([]);
      expect(host.accepted.map((recorded) => recorded.connection.queuedBytes)).toEqual(Array(6).fill(0));
      expect(listener.connectionCount).toBe(0);
      listener.publish(1, Buffer.from('nobody'));
    });

    it('survives handlers that throw', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host);
      host.onAccept = () => {
        throw new Error('from accept');
      };
      await (await kind.dial(listener.port)).closed;
      host.onAccept = () => {};
      host.react = () => {
        throw new Error('from onBytes');
      };
      const [peer, recorded] = await stage.connect(host, listener);
      peer.send(Buffer.from('go'));
      expect(await peer.closed).toBe(kind.transport === 'ws' ? 1011 : 0);
      await until(() => recorded.closes.length > 0, 'onClose');
      expect(recorded.closes[0]?.code).toBe(1011);
      expect(host.errors.map((error) => error.message)).toEqual(['from accept', 'from onBytes']);
      host.onError = () => {
        throw new Error('from onError');
      };
      const [unheard] = await stage.connect(host, listener);
      unheard.send(Buffer.from('go'));
      await unheard.closed;
      host.react = ({ connection }, bytes) => void connection.send(bytes);
      const [next] = await stage.connect(host, listener);
      next.send(Buffer.from('still here'));
      await until(() => next.received.length > 0, 'an echo');
    });

    it('survives peers that reset in the middle of traffic', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host, { maxQueuedBytes: 64 << 20 });
      const peers = await Promise.all(upTo(20).map(() => kind.dial(listener.port)));
      await until(() => host.accepted.length === 20, 'all accepted');
      for (const { connection } of host.accepted) connection.join(1);
      for (const [index, peer] of peers.entries()) {
        if (index % 2 === 0) peer.pause();
      }
      for (const _ of upTo(50)) listener.publish(1, Buffer.alloc(60_000));
      for (const peer of peers) peer.reset();
      for (const _ of upTo(50)) {
        listener.publish(1, Buffer.alloc(60_000));
        for (const { connection } of host.accepted) connection.send(Buffer.alloc(100));
        await sleep(1);
      }
      await until(() => listener.connectionCount === 0, 'all gone');
      await sleep(10);
      expect(host.accepted.map(({ closes }) => closes.map(({ code }) => code))).toEqual(Array(20).fill([1006]));
      expect(host.errors).toEqual([]);
    });

    it('holds up under churn with a greeting in accept', async () => {
      const host = new RecordingHost();
      host.onAccept = ({ connection }) => {
        connection.join(1);
        connection.send(Buffer.from('welcome'));
      };
      const listener = await stage.listen(host);
      for (const _ of upTo(10)) {
        const peers = await Promise.all(upTo(40).map(() => kind.dial(listener.port)));
        await until(() => peers.every(({ received }) => totalBytes(received) === 7), 'every greeting');
        listener.publish(1, Buffer.from('all'));
        await until(() => peers.every(({ received }) => totalBytes(received) === 10), 'the publish');
        for (const peer of peers) peer.end();
        await until(() => listener.connectionCount === 0, 'all gone');
      }
      expect(host.accepted.map(({ closes }) => closes.length)).toEqual(Array(400).fill(1));
    });
  });
  describeBackpressure(kind);
  describeLifetime(kind);
}
