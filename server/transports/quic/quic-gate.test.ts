import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { createQuicConfig } from '@polywire/sdk/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadQuiche } from './load-quiche.js';
import { connectionKey, keyOfId, QuicGate } from './quic-gate.js';
import { quicLoads, whyNot } from './quic-peer.cases.js';

const client = { host: '127.0.0.1', port: 5000 };
const server = { host: '127.0.0.1', port: 8003 };

describe('connectionKey', () => {
  const id = Buffer.from('0123456789abcdef');
  it.each<[string, Buffer, string | undefined]>([
    ['a short header', Buffer.concat([Buffer.from([0x40]), id, Buffer.from('rest')]), keyOfId(id)],
    ['a long header', Buffer.concat([Buffer.from([0xc0, 0, 0, 0, 1, 16]), id, Buffer.from('rest')]), keyOfId(id)],
    ['a long header with another length', Buffer.from([0xc0, 0, 0, 0, 1, 2, 7, 8, 0]), keyOfId(Buffer.from([7, 8]))],
    ['nothing', Buffer.alloc(0), undefined],
    ['a short header that is cut off', Buffer.concat([Buffer.from([0x40]), id]).subarray(0, 16), undefined],
    ['a long header that is cut off', Buffer.from([0xc0, 0, 0, 0, 1, 16, 1]), undefined],
    ['a long header without its length', Buffer.from([0xc0, 0, 0, 0, 1]), undefined],
  ])('of %s', (_what, datagram, expected) => {
    expect(connectionKey(datagram)).toBe(expected);
  });
});

describe.skipIf(!quicLoads)(`QuicGate${whyNot}`, () => {
  let first: Buffer;
  let answerRetry: (retry: Uint8Array) => Buffer;
  let gate: QuicGate;

  beforeAll(async () => {
    const quiche = await loadQuiche();
    gate = new QuicGate(quiche);
    const settings = { alpn: ['x'], maxBidirectionalStreams: 0, maxUnidirectionalStreams: 0, verifyPeer: false };
    const config = createQuicConfig(quiche, settings);
    const connection = quiche.Connection.connect(null, randomBytes(16), client, server, config);
    const send = (): Buffer => {
      const out = Buffer.alloc(1350);
      return out.subarray(0, connection.send(out)?.[0]);
    };
    first = send();
    answerRetry = (retry) => {
      connection.recv(Buffer.from(retry), { from: server, to: client });
      return send();
    };
  });

  it('lets a client in that brings its token back, from the same address only', () => {
    const retry = gate.admit(first, client, 1000);
    expect(retry?.answer?.length).toBeGreaterThan(50);
    expect(retry?.answer?.length).toBeLessThan(first.length);
    const second = answerRetry(retry?.answer ?? Buffer.alloc(0));
    const admitted = gate.admit(second, client, 1001);
    expect(admitted).toMatchObject({ answer: undefined });
    expect(admitted?.answer === undefined && admitted && keyOfId(admitted.sourceId)).toBe(connectionKey(second));
    expect(admitted?.answer === undefined && admitted && keyOfId(admitted.originalId)).toBe(connectionKey(first));
    expect(gate.admit(second, { ...client, port: 5001 }, 1001)).toBeUndefined();
    expect(gate.admit(second, client, 20_000)).toBeUndefined();
  });

  it('answers a version that it does not know with those that it does', () => {
    const datagram = Buffer.from(first);
    datagram.writeUInt32BE(0x1a2a3a4a, 1);
    const answer = Buffer.from(gate.admit(datagram, client, 1000)?.answer ?? []);
    expect(answer.readUInt32BE(1)).toBe(0);
    expect(answer.subarray(-4).toString('hex')).toBe('00000001');
  });

  it.each<[string, (datagram: Buffer) => Buffer]>([
    ['is shorter than a first datagram has to be', (datagram) => datagram.subarray(0, 1199)],
    ['has a short header', (datagram) => Buffer.concat([Buffer.from([0x40]), datagram.subarray(1)])],
    ['is a Version Negotiation', (datagram) => Buffer.concat([Buffer.from(datagram).fill(0, 1, 5), Buffer.alloc(3)])],
    ['is a handshake of nobody', (datagram) => Buffer.concat([Buffer.from([0xe0]), datagram.subarray(1)])],
    ['has ids of impossible length', (datagram) => Buffer.from(datagram).fill(0xff, 5, 6)],
  ])('passes over a datagram that %s', (_what, change) => {
    expect(gate.admit(change(first), client, 1000)).toBeUndefined();
  });

  it('makes something or nothing of any bytes, and never throws', () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 20_000; seed++) {
      const datagram = Buffer.from(first);
      for (let change = 0; change <= seed % 5; change++) {
        datagram[(seed * 7 + change * 13) % 60] = (seed * 31 + change * 101) >> change;
      }
      const admission = gate.admit(datagram, client, 1000);
      outcomes.add(admission === undefined ? 'nothing' : admission.answer === undefined ? 'let in' : 'answered');
    }
    expect([...outcomes].sort()).toEqual(['answered', 'nothing']);
  });
});
