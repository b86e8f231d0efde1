import { Buffer } from 'node:buffer';
import type { Clock } from '@polywire/sdk/core';
import type { MsgTransHandlers, MsgTransMessage, MsgTransPeer } from './msgtrans.js';

const REQUEST_AFTER_MS = 100;
const WELCOME = 'Welcome to Echo Server!';
const QUESTION = 'status?';

/**
 * The echo server of MsgTrans' examples: greets a client, asks it something 100 ms later, and sends
 * back what it gets. What is not UTF-8 comes back with replacement characters.
 */
export function echoHandlers(clock: Clock): MsgTransHandlers {
  return {
    onOpen: (peer) => {
      peer.send(WELCOME);
      clock.setTimer(REQUEST_AFTER_MS, () => void ask(peer));
    },
    onMessage: (message, peer) => peer.send(echoOf(message)),
    onRequest: echoOf,
  };
}

function echoOf({ payload }: MsgTransMessage): string {
  return `Echo: ${Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString()}`;
}

async function ask(peer: MsgTransPeer): Promise<void> {
  try {
    await peer.request(QUESTION);
  } catch {
    // A client that does not answer, or has gone, may do so.
  }
}
