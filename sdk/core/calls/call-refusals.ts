import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { PolywireError } from '../error.js';

// Why calls are not taken. Apart from what takes them, which is run for every call and stays short so.

export function inputEnded(): PolywireError {
  return new PolywireError(ErrorCode.UNAVAILABLE, 'the peer ended its side in the middle of a stream of requests');
}

export function badId(messageId: number): PolywireError {
  const what = messageId === 0 ? 'a call needs a message id other than 0' : `message id ${messageId} is in use`;
  return new PolywireError(ErrorCode.INVALID_MESSAGE_ID, what, { details: { message_id: String(messageId) } });
}

export function tooManySubscriptions(limit: number): PolywireError {
  const text = `this session has ${limit} subscriptions already (limits.max_subscriptions); end one first`;
  return new PolywireError(ErrorCode.RESOURCE_EXHAUSTED, text, { details: { limit: String(limit) } });
}

export function tooManyCalls(limit: number): PolywireError {
  const text = `${limit} calls of this session are running already (limits.max_calls)`;
  return new PolywireError(ErrorCode.RESOURCE_EXHAUSTED, text, { details: { limit: String(limit) } });
}
