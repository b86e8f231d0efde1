import { UnaryRequestCodec } from '@polywire/protocol/polywire.conformance.v1';
import { encode } from '@polywire/protocol/wire';
import { expect, test } from 'vitest';
import { FakeClock } from '../../testing/index.js';
import { Packet } from '../packet/packet.js';
import { CallLink, knowMemory } from './call-link.js';

const link = new CallLink(
  { clock: new FakeClock(), defer: queueMicrotask, maxSendPayloadBytes: 1024, maxStreamBytes: 1024 },
  { peer: undefined as never, send: () => true, joinFanout() {}, leaveFanout() {} },
);

/** Reads a request out of `bytes`, which hold its encoding and nothing else. */
function payloadIn(bytes: Uint8Array): Uint8Array {
  const packet = new Packet();
  packet.bytes = bytes;
  packet.start = -16;
  packet.payloadLen = bytes.length;
  return (link.readPayload(packet, UnaryRequestCodec, true) as { payload: Uint8Array }).payload;
}

const request = (text: string) => encode(UnaryRequestCodec, { payload: new TextEncoder().encode(text) });

test('what is read out of bytes is a view of the memory that was told of, and of no other later', () => {
  const bytes = request('first');
  const memory = new ArrayBuffer(bytes.length);
  knowMemory(bytes, memory);
  expect(payloadIn(bytes).buffer).toBe(memory);

  const next = request('second');
  expect(new TextDecoder().decode(payloadIn(next))).toBe('second');
  expect(new TextDecoder().decode(payloadIn(bytes))).toBe('first');
});
