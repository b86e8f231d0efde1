import type { JsonObject } from '@bufbuild/protobuf';
import type { Receive } from '@polywire/protocol/polywire.conformance.v1';
import { matchJson } from '../match/match-json.js';
import type { Connection } from '../peer/connection.js';
import { TimeoutError } from '../peer/mailbox.js';
import { decodeMessage, decodeRoute } from '../peer/message-codec.js';
import { encodePacket, type Packet, ROUTE } from '../peer/packet.js';
import { errorName, messageDesc } from '../schema/registry.js';
import { hexBytes } from '../suite/template.js';
import { type CaseContext, StepFailure } from './case-context.js';

/** Waits for a packet that belongs to no call, for the end, or for nothing. @throws StepFailure */
export async function runReceive(context: CaseContext, number: number, step: Receive): Promise<void> {
  const connection = context.connection(number);
  if (step.nothingForMs > 0) {
    await expectNothing(connection, step.nothingForMs);
  } else if (step.closed) {
    context.endedByPlan.add(number);
    const { code } = await connection.waitForEnd(context.timeoutMs);
    context.forgetConnection(number);
    if (step.closeCode !== 0 && connection.framed && code !== step.closeCode) {
      throw new StepFailure(`expected close code ${step.closeCode}, got ${code}`);
    }
  } else {
    const { messageId } = step;
    const wants = (packet: Packet): boolean => messageId === undefined || packet.messageId === messageId;
    const what = messageId === undefined ? 'a packet' : `a packet with message id ${messageId}`;
    checkPacket(context, await connection.inbox.take(context.timeoutMs, what, wants), step);
  }
}

async function expectNothing(connection: Connection, forMs: number): Promise<void> {
  try {
    const packet = await connection.inbox.take(forMs, 'nothing');
    throw new StepFailure(`expected nothing for ${forMs} ms, got ${show(packet)}`);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  }
}

function checkPacket(context: CaseContext, packet: Packet, step: Receive): void {
  if (step.hex !== '') {
    const wanted = hexBytes(context.fillText(step.hex, 'hex')).toString('hex');
    const actual = Buffer.from(encodePacket(packet)).toString('hex');
    if (actual !== wanted) throw new StepFailure(`expected the packet ${wanted}, got ${actual}`);
  }
  checkError(packet, step.error);
  if (step.type === '') return;
  const message = decodeMessage(messageDesc(step.type), packet.payload);
  const differences = matchJson(context.fill((step.message ?? {}) as JsonObject), message, context.variables);
  if (differences.length > 0) throw new StepFailure(`the payload differs: ${differences.join('; ')}`);
}

function checkError(packet: Packet, wanted: number): void {
  const code = (packet.flags & ROUTE) === 0 ? 0 : decodeRoute(packet.ext).code;
  if (code === wanted) return;
  const name = wanted === 0 ? 'no error' : errorName(wanted);
  throw new StepFailure(
    `expected ${name}, got ${show(packet)}${code === 0 ? '' : ` with the error ${errorName(code)}`}`,
  );
}

function show(packet: Packet): string {
  return `a packet of type ${packet.type}, service ${packet.serviceId}, id ${packet.messageId}`;
}
