import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { makeTestCertificates } from '../../certificates/test-certificates.js';
import type { ListenerOptions } from '../listener.js';
import { totalBytes, until } from '../peer.cases.js';
import { RecordingHost } from '../recording-host.cases.js';
import { numbered, numbersOf, Stage, upTo } from '../stage.cases.js';
import { CertificateFolder, ours } from '../tls-stage.cases.js';
import { changeFirstDatagram, hideApplicationProtocols } from './client-hello.cases.js';
import { loadQuicListener, type QuicListenerSettings } from './quic-listener.js';
import { dialQuic, type QuicDialOptions, type QuicTestPeer, quicLoads, whyNot } from './quic-peer.cases.js';

class QuicHost extends RecordingHost {
  readonly refused: string[] = [];
  onRefused(text: string): void {
    this.refused.push(text);
  }
}

describe.skipIf(!quicLoads)(`QUIC${whyNot}`, () => {
  let settings: QuicListenerSettings = {};
  const stage = new Stage({ load: () => loadQuicListener(settings), dial: (port) => dialQuic(port) });
  const folder = new CertificateFolder(ours.server, ours.ca);
  afterEach(async () => {
    settings = {};
    await stage.stop();
  });
  afterAll(() => folder.remove());

  async function connect(options: QuicDialOptions = {}, listenerOptions: Partial<ListenerOptions> = {}) {
    const host = new QuicHost();
    const listener = await stage.listen(host, listenerOptions);
    const peer = await dialQuic(listener.port, options);
    await until(() => host.accepted.length > 0, 'accepted');
    return { host, listener, peer, recorded: host.accepted[0]! };
  }

  it.each(['one-stream', 'stream-per-packet'] as const)('serves clients that use %s', async (opens) => {
    const { host, listener, peer, recorded } = await connect({ opens });
    recorded.connection.join(3);
    recorded.connection.send(numbered(0, 50));
    host.react = ({ connection }, bytes) => void connection.send(bytes);
    for (const index of upTo(999)) peer.send(numbered(index + 1, 50));
    await until(() => peer.received.length === 1000, 'the echo');
    listener.publish(3, numbered(1000, 50));
    await until(() => peer.received.length === 1001, 'the publish');
    expect(numbersOf(peer.received, 50)).toEqual(upTo(1001));
    expect(recorded.bytes.map(({ length }) => length)).toEqual(Array(999).fill(50));
    const large = Buffer.alloc(60_000, 7);
    peer.send(large);
    await until(() => peer.received.length === 1002, 'the large one');
    expect(peer.received.at(-1)?.equals(large)).toBe(true);
    expect(host.errors).toEqual([]);
  });

  it('sends text as its UTF-8', async () => {
    const { peer, recorded } = await connect();
    recorded.connection.sendText('grüße');
    recorded.connection.sendText(Buffer.from('bytes'));
    await until(() => peer.received.length === 2, 'both');
    expect(peer.received.map(String)).toEqual(['grüße', 'bytes']);
  });

  it('tells the codes and reasons of a close, both ways', async () => {
    const first = await connect();
    first.peer.close(3001, 'enough');
    await until(() => first.recorded.closes.length > 0, 'onClose');
    expect(first.recorded.closes).toEqual([{ code: 3001, reason: 'enough' }]);
    const second = await connect();
    second.recorded.connection.close(3043, 'draining');
    expect(await second.peer.ended).toMatchObject({ by: 'peer', isApplication: true, code: 3043, reason: 'draining' });
  });

  it('answers a peer that has ended its side, then ends', async () => {
    const { host, peer, recorded } = await connect();
    host.react = async ({ connection }, bytes) => {
      connection.send(Buffer.from(`${Buffer.from(bytes)} at once;`));
      for (const _ of upTo(4)) {
        await sleep(80);
        connection.send(Buffer.from('later;'));
      }
    };
    peer.send(Buffer.from('asked'));
    peer.endStream();
    await peer.closed;
    expect(Buffer.concat(peer.received).toString()).toBe('asked at once;later;later;later;later;');
    await until(() => recorded.closes.length > 0, 'onClose');
    expect(recorded.closes).toEqual([{ code: 1000, reason: '' }]);
  });

  it('ends a peer that is gone without a word after the idle timeout', async () => {
    settings = { idleTimeoutMs: 300 };
    const { listener, peer, recorded } = await connect();
    peer.vanish();
    await until(() => recorded.closes.length > 0, 'onClose', 2000);
    expect(recorded.closes).toEqual([{ code: 1006, reason: 'nothing was heard from the peer for the idle timeout' }]);
    expect(listener.connectionCount).toBe(0);
  });

  it('refuses what is over the limit on connections, saying why', async () => {
    const { host, listener, peer } = await connect({}, { maxConnections: 1 });
    const start = Date.now();
    await expect(dialQuic(listener.port)).rejects.toThrow('connection refused: too many connections');
    expect(Date.now() - start).toBeLessThan(900);
    expect(host.accepted.length).toBe(1);
    peer.end();
    await until(() => listener.connectionCount === 0, 'room');
    await dialQuic(listener.port);
    await until(() => host.accepted.length === 2, 'the next');
  });

  it('closes a peer that sends too much at once', async () => {
    const { peer, recorded } = await connect({}, { maxMessageBytes: 1000 });
    peer.send(Buffer.alloc(1000));
    peer.send(Buffer.alloc(1001));
    expect(await peer.ended).toMatchObject({ by: 'peer', isApplication: true, code: 3534 });
    expect(recorded.bytes.map(({ length }) => length)).toEqual([1000]);
  });

  it('refuses a client without a shared application protocol, and writes it down', async () => {
    settings = { alpn: ['msgtrans', 'h3'] };
    const host = new QuicHost();
    const listener = await stage.listen(host);
    await expect(dialQuic(listener.port, { alpn: ['polywire'] })).rejects.toThrow('no_application_protocol');
    await until(() => host.refused.length > 0, 'the refusal');
    expect(host.refused[0]).toMatch(
      /^QUIC handshake refused: 127\.0\.0\.1:\d+: this side closed with TLS alert 120: .*\(application protocols of this listener: msgtrans, h3\)$/,
    );
    expect([listener.connectionCount, host.accepted.length]).toEqual([0, 0]);
    for (const alpn of [['h3'], ['other', 'msgtrans']]) await dialQuic(listener.port, { alpn });
    await until(() => host.accepted.length === 2, 'those that share one');
  });

  it('refuses a client that offers no application protocol at all, as MsgTrans 1.x clients do', async () => {
    const host = new QuicHost();
    const listener = await stage.listen(host);
    const change = (datagram: Uint8Array) =>
      changeFirstDatagram(datagram, (payload) => hideApplicationProtocols(payload, 'polywire'));
    await expect(dialQuic(listener.port, { change })).rejects.toThrow('TLS alert 120');
    await until(() => host.refused.length > 0, 'the refusal');
    expect(host.refused[0]).toMatch(/^QUIC handshake refused: .* TLS alert 120: .*no_application_protocol/);
    expect([listener.connectionCount, host.accepted.length, host.errors]).toEqual([0, 0, []]);
  });

  it('shows the certificate of its files, and a new one when they change', async () => {
    const { host, listener } = await connect({}, { tls: folder.files });
    const trusting = { verifyPeer: true, ca: Buffer.from(ours.ca.cert) };
    await dialQuic(listener.port, trusting);
    const others = makeTestCertificates();
    await expect(dialQuic(listener.port, { verifyPeer: true, ca: Buffer.from(others.ca.cert) })).rejects.toThrow(
      'unknown_ca',
    );
    folder.put(others.server);
    const deadline = Date.now() + 5000;
    const dialled = async (): Promise<QuicTestPeer> => {
      try {
        return await dialQuic(listener.port, { verifyPeer: true, ca: Buffer.from(others.ca.cert) });
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await sleep(100);
        return dialled();
      }
    };
    await dialled();
    folder.put(ours.server);
    expect(host.errors).toEqual([]);
  });

  it('asks for client certificates, and tells who has come', async () => {
    const host = new QuicHost();
    const listener = await stage.listen(host, { tls: folder.withClients });
    const pem = { certificate: Buffer.from(ours.client.cert), key: Buffer.from(ours.client.key) };
    const peer = await dialQuic(listener.port, { identity: pem });
    await until(() => host.accepted.length === 1, 'accepted');
    expect(host.accepted[0]?.connection.peerCertificate).toMatchObject({
      commonName: 'CS001',
      alternativeNames: ['URI:urn:polywire:client:CS001'],
    });
    peer.end();
    const stranger = makeTestCertificates().client;
    const strange = { certificate: Buffer.from(stranger.cert), key: Buffer.from(stranger.key) };
    for (const options of [{}, { identity: strange }]) {
      const refused = await dialQuic(listener.port, options).then(
        ({ ended }) => ended.then(({ code }) => code),
        () => 0,
      );
      expect([0, 0x100 + 48, 0x100 + 116]).toContain(refused);
    }
    expect(host.accepted.length).toBe(1);
    expect(host.refused.length).toBe(1);
  });

  it('survives datagrams of anybody', async () => {
    const { host, listener, peer, recorded } = await connect();
    host.react = ({ connection }, bytes) => void connection.send(bytes);
    const socket = createSocket('udp4');
    for (const index of upTo(2000)) {
      const junk = randomBytes(index % 1400);
      if (index % 3 === 0 && junk.length > 6) junk.set([0xc0, 0, 0, 0, 1, 16]);
      socket.send(junk, listener.port, '127.0.0.1');
      if (index % 50 === 0) await sleep(1);
    }
    await sleep(50);
    socket.close();
    peer.send(Buffer.from('still served'));
    await until(() => peer.received.length > 0, 'an echo');
    expect([host.errors, recorded.closes, listener.connectionCount]).toEqual([[], [], 1]);
  });

  it('does nothing while a peer does not read', async () => {
    const { peer, recorded } = await connect();
    peer.pause();
    while (recorded.connection.send(numbered(1, 1000)));
    await sleep(200);
    const before = process.cpuUsage();
    const { datagrams } = peer;
    await sleep(500);
    const { user, system } = process.cpuUsage(before);
    expect(peer.datagrams - datagrams).toBeLessThan(10);
    expect((user + system) / 1000).toBeLessThan(250);
    peer.resume();
    await until(() => totalBytes(peer.received) > 64 * 1024, 'the rest');
  });
});
