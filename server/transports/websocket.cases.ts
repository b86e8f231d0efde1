import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { dialWebSocket, until } from './peer.cases.js';
import { handshake, raw } from './raw-upgrade.cases.js';
import { RecordingHost } from './recording-host.cases.js';
import { defaults, type ListenerKind, Stage } from './stage.cases.js';

const { maxMessageBytes } = defaults;

/** A masked frame with a mask of zeros. */
function frame(firstByte: number, payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([firstByte, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

/** What is true of the messages of every WebSocket listener, on top of what is true of every listener. */
export function describeWebSocketListener(kind: Pick<ListenerKind, 'name' | 'load'>): void {
  describe(`WebSocket of ${kind.name}`, () => {
    const stage = new Stage({ ...kind, dial: dialWebSocket });
    afterEach(() => stage.stop());

    it('takes text, fragments, pings and many frames in one piece', async () => {
      const host = new RecordingHost();
      host.react = ({ connection }, bytes) => void connection.send(bytes);
      const listener = await stage.listen(host);
      const frames = [
        frame(0x82, Buffer.from('first')),
        frame(0x02, Buffer.from('in ')),
        frame(0x89, Buffer.from('ping')),
        frame(0x80, Buffer.from('pieces')),
        frame(0x81, Buffer.from('\ufefftext é')),
        frame(0x82, Buffer.alloc(0)),
      ];
      const answer = await raw(listener.port, handshake('/'), frames);
      expect(host.accepted[0]?.bytes.map(String)).toEqual(['first', 'in pieces', '']);
      expect(host.accepted[0]?.texts).toEqual(['\ufefftext é']);
      expect(answer).toContain('\x82\x05first');
      expect(answer).toContain('\x8a\x04ping');
    });

    it('sends text and bytes as what they are', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host);
      host.onAccept = ({ connection }) => {
        connection.sendText('é1');
        connection.sendText(Buffer.from('é2'));
        connection.sendText('');
        connection.send(Buffer.from('é3'));
        connection.send(Buffer.alloc(0));
      };
      const answer = await raw(listener.port, handshake('/'));
      const frames = '\x81\x03\xc3\xa91\x81\x03\xc3\xa92\x81\x00\x82\x03\xc3\xa93\x82\x00';
      expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toBe(frames);
    });

    it('takes a message of just the limit', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host);
      const [peer, recorded] = await stage.connect(host, listener);
      peer.send(Buffer.alloc(maxMessageBytes, 1));
      peer.send(Buffer.alloc(maxMessageBytes, 2));
      await until(() => recorded.bytes.length === 2, 'both messages');
      expect(recorded.bytes.map((bytes) => [bytes.length, bytes[0]])).toEqual([
        [maxMessageBytes, 1],
        [maxMessageBytes, 2],
      ]);
    });

    it.each([1, maxMessageBytes, maxMessageBytes + 1])(
      'closes a peer whose message is %i bytes too long',
      async (excess) => {
        const host = new RecordingHost();
        const listener = await stage.listen(host);
        const [peer, recorded] = await stage.connect(host, listener);
        peer.send(Buffer.alloc(maxMessageBytes + excess));
        const code = await peer.closed;
        // Far over the limit, uWebSockets.js cuts off without a close frame.
        const expected = excess > maxMessageBytes && listener.name === 'ws-uws' ? 1006 : 1009;
        expect(code).toBe(expected);
        await until(() => recorded.closes.length > 0, 'onClose');
        expect(recorded.closes[0]?.code).toBe(1009);
        expect(recorded.bytes).toEqual([]);
        expect(host.errors).toEqual([]);
      },
    );

    it('passes on the code and the reason of a peer that closes', async () => {
      const host = new RecordingHost();
      const listener = await stage.listen(host);
      const webSocket = new WebSocket(`ws://127.0.0.1:${listener.port}/`);
      await once(webSocket, 'open');
      // uWebSockets.js takes a code from 3000 to 3999 for a broken close frame, and says 1006.
      webSocket.close(4500, 'done');
      await once(webSocket, 'close');
      await until(() => (host.accepted[0]?.closes.length ?? 0) > 0, 'onClose');
      expect(host.accepted[0]?.closes).toEqual([{ code: 4500, reason: 'done' }]);
    });

    it.each([
      ['text that is not UTF-8', frame(0x81, Buffer.from([0xff])), 1007],
      ['a reserved bit', frame(0xc2, Buffer.from('x')), undefined],
      ['a frame without a mask', Buffer.from([0x82, 0x01, 0x78]), undefined],
    ])('closes on %s', async (_name, bytes, code) => {
      const host = new RecordingHost();
      const listener = await stage.listen(host);
      await raw(listener.port, handshake('/'), [bytes]);
      await until(() => (host.accepted[0]?.closes.length ?? 0) > 0, 'onClose');
      expect(host.accepted[0]?.closes.map((close) => close.code)).toEqual([code ?? expect.any(Number)]);
      expect(host.accepted[0]?.bytes).toEqual([]);
      expect(host.errors).toEqual([]);
    });
  });
}

/** Silent peers live, half-open ones do not. `load` has to give a listener with an idle timeout of `idleMs`. */
export function describeIdleTimeout(
  kind: Pick<ListenerKind, 'name' | 'load'>,
  idleMs: number,
  deadlineMs: number,
): void {
  it(`cuts off a peer of ${kind.name} that answers no ping, and keeps one that does`, { timeout: 40_000 }, async () => {
    const stage = new Stage({ ...kind, dial: dialWebSocket });
    const host = new RecordingHost();
    const listener = await stage.listen(host);
    try {
      const [, silent] = await stage.connect(host, listener);
      const dead = connect(listener.port, '127.0.0.1');
      dead.write(handshake('/'));
      await until(() => host.accepted.length === 2, 'both accepted');
      const start = Date.now();
      await until(() => (host.accepted[1]?.closes.length ?? 0) > 0, 'the half-open peer is cut off', deadlineMs);
      expect(Date.now() - start).toBeGreaterThan(idleMs / 2);
      expect(host.accepted[1]?.closes[0]?.code).toBe(1006);
      await sleep(Math.max(0, 2 * idleMs - (Date.now() - start)));
      expect(silent.closes).toEqual([]);
      dead.destroy();
    } finally {
      await stage.stop();
    }
  });
}
