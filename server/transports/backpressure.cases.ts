import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { totalBytes, until } from './peer.cases.js';
import { RecordingHost } from './recording-host.cases.js';
import { LIMIT, type ListenerKind, numbered, numbersOf, Stage, upTo } from './stage.cases.js';

/** What every listener does about peers that read slowly or not at all. */
export function describeBackpressure(kind: ListenerKind): void {
  describe(`backpressure of ${kind.name}`, () => {
    const stage = new Stage(kind);
    afterEach(() => stage.stop());

    it('closes a reader that is too slow, after an unbroken prefix', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host);
      const [peer, slow] = await stage.connect(host, listener);
      peer.pause();
      let sent = 0;
      let most = 0;
      while (slow.connection.send(numbered(sent, 1000)) || slow.connection.queuedBytes > 0) {
        sent += 1;
        most = Math.max(most, slow.connection.queuedBytes);
        if (sent > 100_000) break;
        if (most > LIMIT) break;
      }
      expect(most).toBeGreaterThan(LIMIT);
      expect(most).toBeLessThan(LIMIT + 17_000);
      expect(slow.guard(() => slow.connection.send(numbered(sent, 1000)))).toBe(false);
      expect(slow.guard(() => slow.connection.send(numbered(sent, 1000)))).toBe(false);
      peer.resume();
      expect(await peer.closed).toBe(kind.transport === 'ws' ? 3042 : 0);
      expect(numbersOf(peer.received, 1000)).toEqual(upTo(sent));
      await until(() => slow.closes.length > 0, 'onClose');
      expect(slow.closes).toEqual([{ code: 3042, reason: 'slow consumer' }]);
      expect(slow.reentered).toEqual([]);
    });

    it.each(['outside', 'inside'])('publishes to a group with a stopped reader from %s a handler', async (where) => {
      const host = new RecordingHost();
      const listener = await stage.listen(host, { maxQueuedBytes: 1 << 20 });
      const [stopped, slow] = await stage.connect(host, listener);
      const [reading, fine] = await stage.connect(host, listener);
      slow.connection.join(5);
      fine.connection.join(5);
      stopped.pause();
      let published = 0;
      let most = 0;
      // Each turn stays far under the limit, so that a peer that reads is never over it.
      const turn = () => {
        for (const _ of upTo(40)) {
          listener.publish(5, numbered(published, 1000));
          published += 1;
        }
        most = Math.max(most, slow.connection.queuedBytes);
      };
      host.react = turn;
      const goal = 20_000;
      while (published < goal) {
        const before = published;
        if (where === 'outside') turn();
        else reading.send(Buffer.from('go'));
        await until(() => published > before && totalBytes(reading.received) === published * 1000, 'the reading peer');
      }
      expect(numbersOf(reading.received, 1000)).toEqual(upTo(goal));
      expect(most).toBeGreaterThan(1 << 20);
      expect(most).toBeLessThan(1.25 * (1 << 20) + 42_000);
      stopped.resume();
      const code = await stopped.closed;
      await until(() => slow.closes.length > 0, 'onClose');
      expect(slow.closes).toEqual([{ code: 3042, reason: 'slow consumer' }]);
      expect([3042, 1006, 0]).toContain(code);
      const numbers = numbersOf(stopped.received, 1000);
      expect(numbers.length).toBeGreaterThan(1000);
      expect(numbers).toEqual(upTo(numbers.length));
      expect(fine.closes).toEqual([]);
    });

    it('says when a full connection may be written again', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host, { maxQueuedBytes: 8 << 20 });
      const [peer, recorded] = await stage.connect(host, listener);
      peer.pause();
      let sent = 0;
      let told = 0;
      // Over TLS nothing reaches the kernel before the turn ends, so it is full only after some rounds.
      do {
        told = recorded.writableCalls;
        while (recorded.guard(() => recorded.connection.send(numbered(sent, 5000)))) sent += 1;
        sent += 1;
        expect(recorded.connection.queuedBytes).toBeGreaterThan(64 * 1024);
        expect(recorded.connection.queuedBytes).toBeLessThan(64 * 1024 + 22_000);
        await sleep(30);
      } while (recorded.writableCalls > told);
      peer.resume();
      await until(() => recorded.writableCalls > told, 'onWritable');
      expect(recorded.connection.queuedBytes).toBe(0);
      expect(recorded.guard(() => recorded.connection.send(numbered(sent, 5000)))).toBe(true);
      await until(() => totalBytes(peer.received) === (sent + 1) * 5000, 'everything');
      await sleep(30);
      expect(recorded.writableCalls).toBe(told + 1);
      expect(recorded.reentered).toEqual([]);
    });

    it('keeps what waits for one reader apart from what is sent to another', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host);
      const [stopped, slow] = await stage.connect(host, listener);
      const [reading, fine] = await stage.connect(host, listener);
      stopped.pause();
      let sent = 0;
      while (slow.connection.queuedBytes === 0) {
        slow.connection.send(numbered(sent++, 1000));
        if (sent % 16 === 0) await sleep(0);
      }
      for (const _ of upTo(3)) fine.connection.send(new Uint8Array(1000).fill(255));
      await until(() => totalBytes(reading.received) === 3_000, 'what the other reads');
      stopped.resume();
      await until(() => totalBytes(stopped.received) === sent * 1000, 'what waited');
      const wanted = Buffer.concat(upTo(sent).map((number) => numbered(number, 1000)));
      expect(Buffer.concat(stopped.received).equals(wanted)).toBe(true);
    });

    it('sends what waits before it closes', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host, { maxQueuedBytes: 8 << 20 });
      const [peer, recorded] = await stage.connect(host, listener);
      recorded.connection.join(1);
      peer.pause();
      let sent = 0;
      while (recorded.connection.send(numbered(sent, 5000))) sent += 1;
      listener.publish(1, numbered(sent + 1, 5000));
      recorded.guard(() => recorded.connection.close(3043, 'draining'));
      recorded.guard(() => recorded.connection.close(3000, 'again'));
      listener.publish(1, numbered(0, 5000));
      expect(recorded.connection.send(numbered(0, 5000))).toBe(false);
      peer.send(Buffer.from('unheard'));
      await sleep(20);
      peer.resume();
      expect(await peer.closed).toBe(kind.transport === 'ws' ? 3043 : 0);
      expect(numbersOf(peer.received, 5000)).toEqual(upTo(sent + 2));
      await until(() => recorded.closes.length > 0, 'onClose');
      await sleep(10);
      expect(recorded.closes).toEqual([{ code: 3043, reason: 'draining' }]);
      expect(recorded.bytes).toEqual([]);
      expect(recorded.reentered).toEqual([]);
    });

    it('cuts off a peer that takes nothing any more five seconds after close', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host, { maxQueuedBytes: 8 << 20 });
      const [peer, recorded] = await stage.connect(host, listener);
      peer.pause();
      while (recorded.connection.send(Buffer.alloc(5000)));
      const start = Date.now();
      recorded.connection.close(3043, 'draining');
      await until(() => recorded.closes.length > 0, 'onClose');
      expect(recorded.closes).toEqual([{ code: 3043, reason: 'draining' }]);
      expect(Date.now() - start).toBeGreaterThan(4900);
      expect(listener.connectionCount).toBe(0);
      peer.reset();
    });
  });
}
