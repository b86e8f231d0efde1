import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { PolywireError } from '../core/index.js';
import type { BareClient } from './bare-client.js';

/** What is said of a result beside its payload takes less, here and on the way to whoever asked. */
const RESULT_ROOM_BYTES = 1_024;

/**
 * For whoever answers tasks of `IoService.Work` without a Worker: over the limit the whole stream would end, not the one
 * task alone.
 * @throws PolywireError PACKET_TOO_LARGE
 */
export function checkResultSize(client: BareClient, { length }: Uint8Array): void {
  const { maxPayloadBytes = 0, maxMessageBytes = 0 } = client.welcome.limits ?? {};
  const limit = Math.max(maxPayloadBytes, maxMessageBytes) - RESULT_ROOM_BYTES;
  if (limit < 0 || length <= limit) return;
  const text = `the result has ${length} bytes; ${limit} is the most that the server takes`;
  throw new PolywireError(ErrorCode.PACKET_TOO_LARGE, text, { details: { limit: String(limit) } });
}
