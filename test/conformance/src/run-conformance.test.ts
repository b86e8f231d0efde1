import { Verdict } from '@polywire/protocol/polywire.conformance.v1';
import { describe, expect, it } from 'vitest';
import type { FakePeer } from './fake-server.cases.js';
import { encodePacket, MORE, type Packet } from './peer/packet.js';
import { onUnary, runOne, STREAM, stream, UNARY, unary } from './run-one.cases.js';

const onStream =
  (answer: (packet: Packet, peer: FakePeer) => void) =>
  (packet: Packet, method: string, peer: FakePeer): boolean => {
    if (method !== 'ServerStream') return false;
    answer(packet, peer);
    return true;
  };

describe('a right server', () => {
  it.each(['tcp', 'ws'] as const)('passes over %s', async (transport) => {
    const { result, first } = await runOne([unary, stream], { transport });
    expect(first).toMatchObject({ path: 'test/one', verdict: Verdict.PASSED, text: '', trace: [] });
    expect(result).toMatchObject({ agent: 'fake/1', passed: 1, failed: 0, skipped: 0, warned: 0, known: 0 });
  });
});

describe('a wrong server fails', () => {
  const unaryFaults: [name: string, answer: (packet: Packet, peer: FakePeer) => void, text: RegExp][] = [
    [
      'another payload',
      (packet, peer) => peer.respond(packet, { payload: 'Yg==' }),
      /payload: expected "YQ==", got "Yg=="/,
    ],
    ['no answer', () => {}, /the response did not come within 300 ms/],
    [
      'an error',
      (packet, peer) => peer.fail(packet, 2, { code: 'ERROR_CODE_INTERNAL', message: 'oops' }),
      /expected the response, got the error INTERNAL: oops/,
    ],
    ['the end instead of a response', (_, peer) => peer.end(3000), /the connection ended/],
    [
      'MORE on a unary response',
      (packet, peer) => peer.respond(packet, { payload: 'YQ==' }, MORE),
      /has the MORE flag/,
    ],
    [
      'an error whose two codes differ',
      (packet, peer) => peer.fail(packet, 2, { code: 'ERROR_CODE_NOT_FOUND' }),
      /Route.code is INTERNAL, but the Error in the payload says ERROR_CODE_NOT_FOUND/,
    ],
    [
      'another service id',
      (packet, peer) => peer.raw(encodePacket({ type: 2, serviceId: 3, messageId: packet.messageId, flags: 0 })),
      /the response has service id 3; the request had 250/,
    ],
    [
      'a payload that is not the message',
      (packet, peer) =>
        peer.raw(
          encodePacket({ type: 2, serviceId: 250, messageId: packet.messageId, flags: 0, payload: Uint8Array.of(10) }),
        ),
      /breaks the wire/,
    ],
    [
      'bytes that are not packets',
      (_, peer) => peer.raw(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')),
      /a packet of version 72 came/,
    ],
    [
      'a second response',
      (packet, peer) => {
        peer.respond(packet, { payload: 'YQ==' });
        peer.respond(packet, { payload: 'YQ==' });
      },
      /an unexpected packet came, type 2, service 250/,
    ],
  ];
  it.each(unaryFaults)('with %s', async (_, answer, text) => {
    const ping = {
      call: {
        method: 'polywire.session.v1.SessionService/Ping',
        requests: [{ nonce: '1' }],
        responses: [{ nonce: '1' }],
      },
    };
    const { result, first } = await runOne([unary, ping], { answer: onUnary(answer) });
    expect(first.verdict).toBe(Verdict.FAILED);
    expect(first.text).toMatch(text);
    expect(first.trace.join('\n')).toMatch(/sent \d+ bytes {2}0100/);
    expect(result).toMatchObject({ passed: 0, failed: 1 });
  });

  const streamFaults: [name: string, answer: (packet: Packet, peer: FakePeer) => void, text: RegExp][] = [
    [
      'items in another order',
      (packet, peer) => {
        peer.respond(packet, { index: 1 }, MORE);
        peer.respond(packet, { index: 0 }, MORE);
        peer.endStream(packet);
      },
      /response 1 of 2 differs: index: expected 0, got 1/,
    ],
    [
      'an item too few',
      (packet, peer) => {
        peer.respond(packet, { index: 0 }, MORE);
        peer.endStream(packet);
      },
      /expected response 2 of 2, got the end of the call/,
    ],
    [
      'an item too many',
      (packet, peer) => {
        for (const index of [0, 1, 2]) peer.respond(packet, { index }, MORE);
        peer.endStream(packet);
      },
      /expected the end of the call, got the response/,
    ],
    [
      'no end',
      (packet, peer) => {
        for (const index of [0, 1]) peer.respond(packet, { index }, MORE);
      },
      /the end of the call did not come/,
    ],
    [
      'an end that carries an item',
      (packet, peer) => {
        peer.respond(packet, { index: 0 }, MORE);
        peer.respond(packet, { index: 1 });
      },
      /the last packet of a stream, without MORE, carries a payload/,
    ],
  ];
  it.each(streamFaults)('with %s', async (_, answer, text) => {
    const { first } = await runOne([stream], { answer: onStream(answer) });
    expect(first.verdict).toBe(Verdict.FAILED);
    expect(first.text).toMatch(text);
  });

  it('when it goes on after a cancel', async () => {
    let streamed: Packet | undefined;
    const answer = (packet: Packet, method: string, peer: FakePeer): boolean => {
      if (method === 'ServerStream') {
        streamed = packet;
        peer.respond(packet, { index: 0 }, MORE);
        return true;
      }
      if (packet.flags === 16 && streamed !== undefined) {
        const request = streamed;
        setTimeout(() => peer.respond(request, { index: 1 }, MORE), 50);
        return true;
      }
      return false;
    };
    const call = { method: STREAM, requests: [{}], responses: [{ index: 0 }], keepAs: 's', cancelAfter: 1 };
    const { first } = await runOne([{ call }, { wait: { forMs: 150 } }], { answer });
    expect(first.text).toMatch(/connection 0: an unexpected packet came/);
  });

  it('when an error that must come does not', async () => {
    const { first } = await runOne([{ call: { method: UNARY, requests: [{}], error: 'ERROR_CODE_NOT_FOUND' } }]);
    expect(first.text).toMatch(/expected the error NOT_FOUND, got the response/);
  });

  it('when an error comes with another code or without the details', async () => {
    const answer = onUnary((packet, peer) => peer.fail(packet, 2, { code: 'ERROR_CODE_INTERNAL', message: 'x' }));
    const wanted = (error: string, errorContains: object) => ({
      call: { method: UNARY, requests: [{}], error, errorContains },
    });
    const other = await runOne([wanted('ERROR_CODE_NOT_FOUND', {})], { answer });
    expect(other.first.text).toMatch(/expected the error NOT_FOUND, got the error INTERNAL/);
    const details = await runOne([wanted('ERROR_CODE_INTERNAL', { details: { field: 'x' } })], { answer });
    expect(details.first.text).toMatch(/the error INTERNAL differs: details.field: expected "x", got nothing/);
  });

  it('when the connection ends after all steps held', async () => {
    const answer = onUnary((packet, peer) => {
      peer.respond(packet, { payload: 'YQ==' });
      peer.end(3000);
    });
    const { first } = await runOne([unary, { wait: { forMs: 100 } }], { answer, transport: 'ws' });
    expect(first.text).toMatch(/connection 0 ended with code 3000/);
  });

  it('when nothing may come and something does', async () => {
    const hex = Buffer.from(encodePacket({ type: 0, serviceId: 0, messageId: 0, flags: 0 })).toString('hex');
    const answer = (packet: Packet, _: string, peer: FakePeer): boolean => {
      if (packet.type === 0) peer.raw(encodePacket({ type: 0, serviceId: 9, messageId: 0, flags: 0 }));
      return packet.type === 0;
    };
    const { first } = await runOne([{ send: { hex } }, { receive: { nothingForMs: 200 } }], { answer });
    expect(first.text).toMatch(/expected nothing for 200 ms, got a packet of type 0, service 9/);
  });

  it('when a packet differs from the one that must come', async () => {
    const sent = '01000101700000010002000000020004 0802 0805'.replaceAll(' ', '');
    const { first } = await runOne([{ send: { hex: sent } }, { receive: { hex: '00' } }]);
    expect(first.text).toMatch(/expected the packet 00, got 0100020170000001/);
  });

  it('when the close code differs', async () => {
    const answer = onUnary((_, peer) => peer.end(3001));
    const steps = [
      { open: {}, connection: 1 },
      { call: { method: UNARY, requests: [{}], keepAs: 'u' }, connection: 1 },
      { receive: { closed: true, closeCode: 3532 }, connection: 1 },
    ];
    const { first } = await runOne(steps, { answer, transport: 'ws' });
    expect(first.text).toMatch(/expected close code 3532, got 3001/);
  });

  it('when a WebSocket message ends inside a packet', async () => {
    const answer = onUnary((packet, peer) => peer.raw(encodePacket({ ...packet, type: 2 }).subarray(0, -1)));
    const { first } = await runOne([unary], { answer, transport: 'ws' });
    expect(first.text).toMatch(/a WebSocket message ends inside a packet/);
  });

  it('when it answers too late for within_ms', async () => {
    const answer = onUnary((packet, peer) => {
      setTimeout(() => peer.respond(packet, { payload: 'YQ==' }), 150);
    });
    const { first } = await runOne([{ call: { ...unary.call, withinMs: 50 } }], { answer });
    expect(first.text).toMatch(/the response did not come within (4\d|50) ms/);
  });
});
