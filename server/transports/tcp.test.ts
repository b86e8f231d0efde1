import { Buffer } from 'node:buffer';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { describeListener } from './listener.cases.js';
import { dialTcp, totalBytes, until } from './peer.cases.js';
import { RecordingHost } from './recording-host.cases.js';
import { Stage, upTo } from './stage.cases.js';
import { createTcpListener } from './tcp.js';

const kind = { name: 'tcp', transport: 'tcp', load: async () => createTcpListener, dial: dialTcp } as const;

describeListener(kind);

describe('TCP', () => {
  const stage = new Stage(kind);
  afterEach(() => stage.stop());

  it('answers a peer that has ended its side, then ends', async () => {
    const host = new RecordingHost();
    host.react = async ({ connection }, bytes) => {
      connection.send(Buffer.from(`${Buffer.from(bytes)} at once;`));
      for (const _ of upTo(4)) {
        await sleep(80);
        connection.send(Buffer.from('later;'));
      }
    };
    const listener = await stage.listen(host);
    const [peer, recorded] = await stage.connect(host, listener);
    peer.send(Buffer.from('asked'));
    peer.end();
    await peer.closed;
    expect(Buffer.concat(peer.received).toString()).toBe('asked at once;later;later;later;later;');
    await until(() => recorded.closes.length > 0, 'onClose');
    expect(recorded.closes).toEqual([{ code: 1000, reason: '' }]);
  });

  it('leaves the end to a handler that asks for it', async () => {
    const host = new RecordingHost();
    let ends = 0;
    host.onAccept = (recorded) => {
      Object.assign(recorded, {
        onEnd: () => {
          ends += 1;
        },
      });
    };
    const listener = await stage.listen(host);
    const [peer, recorded] = await stage.connect(host, listener);
    peer.end();
    await until(() => ends === 1, 'onEnd');
    await sleep(300);
    expect(recorded.closes).toEqual([]);
    recorded.connection.send(Buffer.from('the answer'));
    recorded.connection.close(1000, 'answered');
    await peer.closed;
    expect(Buffer.concat(peer.received).toString()).toBe('the answer');
    await until(() => recorded.closes.length > 0, 'onClose');
    expect(recorded.closes).toEqual([{ code: 1000, reason: 'answered' }]);
    expect(ends).toBe(1);
  });

  it('closes at once what is over the limit on connections', async () => {
    const host = new RecordingHost();
    const listener = await stage.listen(host, { maxConnections: 2 });
    const [first] = await stage.connect(host, listener);
    await stage.connect(host, listener);
    const third = connect(listener.port, '127.0.0.1');
    third.on('error', () => {});
    let closed = false;
    third.once('close', () => {
      closed = true;
    });
    third.resume();
    await until(() => closed, 'refused', 1000);
    expect(host.accepted.length).toBe(2);
    first.end();
    await until(() => listener.connectionCount === 1, 'room');
    await stage.connect(host, listener);
    expect(listener.connectionCount).toBe(2);
  });

  it('closes at once what comes faster than the limit', async () => {
    const host = new RecordingHost();
    const listener = await stage.listen(host, { maxAcceptsPerSecond: 1 });
    let closed = 0;
    const sockets = Array.from({ length: 12 }, () => connect(listener.port, '127.0.0.1').resume());
    for (const socket of sockets) {
      socket.on('error', () => {});
      socket.once('close', () => closed++);
    }
    await until(() => closed + host.accepted.length === 12, 'all decided');
    expect(closed).toBeGreaterThan(0);
    expect(host.accepted.length).toBeGreaterThan(0);
    for (const socket of sockets) socket.destroy();
  });

  it('reads nothing from a peer while paused, so that the peer has to wait', async () => {
    const host = new RecordingHost();
    const listener = await stage.listen(host);
    const [peer, recorded] = await stage.connect(host, listener);
    recorded.connection.pause?.();
    const block = Buffer.alloc(1_048_576);
    for (const _ of upTo(32)) peer.send(block);
    peer.end();
    await sleep(200);
    expect(totalBytes(recorded.bytes)).toBeLessThan(65_537);
    recorded.connection.resume?.();
    await until(() => totalBytes(recorded.bytes) === 32 * block.length, 'everything');
    await peer.closed;
  });

  it('ends a paused connection as soon as its peer does', async () => {
    const host = new RecordingHost();
    const listener = await stage.listen(host);
    const [peer, recorded] = await stage.connect(host, listener);
    recorded.connection.pause?.();
    recorded.connection.close(1000, 'enough');
    recorded.connection.pause?.();
    await peer.closed;
    await until(() => recorded.closes.length > 0, 'onClose', 1000);
    expect(recorded.closes).toEqual([{ code: 1000, reason: 'enough' }]);
  });

  it('writes once per send, so that a packet is not split by the listener', async () => {
    const host = new RecordingHost();
    const listener = await stage.listen(host);
    const [peer, { connection }] = await stage.connect(host, listener);
    for (const length of [1, 1000, 30_000]) {
      const before = totalBytes(peer.received);
      connection.send(Buffer.alloc(length, length));
      await until(() => totalBytes(peer.received) === before + length, 'the packet');
      expect(peer.received.at(-1)?.length).toBe(length);
    }
  });
});
