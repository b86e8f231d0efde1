import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { SubscribeResponseInit } from '@polywire/protocol/polywire.kv.v1';
import { PolywireError } from '@polywire/sdk/core';
import type { FanoutHub } from '../../bus/fanout-hub.js';
import { encodeReply, MAX_FRAME_BYTES } from './encode.js';
import { pushOf } from './map.js';

/** Who receives pushes. */
export interface PushTarget {
  /** Sends a frame. It never changes again. */
  push(frame: Uint8Array): void;
  /** Ends the connection: something that it subscribed to cannot be sent to it. */
  fail(error: PolywireError): void;
}

interface Members {
  readonly targets: Set<PushTarget>;
  readonly untap: () => void;
}

/** Hands the messages of topics to the sessions of this wire; encodes each one once. */
export class TopicPushes {
  readonly #hub: FanoutHub;
  readonly #groups = new Map<number, Members>();

  constructor(hub: FanoutHub) {
    this.#hub = hub;
  }

  join(fanoutId: number, target: PushTarget): void {
    let members = this.#groups.get(fanoutId);
    if (members === undefined) {
      const targets = new Set<PushTarget>();
      const untap = this.#hub.tap(fanoutId, (item) => sendTo(targets, item as SubscribeResponseInit));
      members = { targets, untap };
      this.#groups.set(fanoutId, members);
    }
    members.targets.add(target);
  }

  leave(fanoutId: number, target: PushTarget): void {
    const members = this.#groups.get(fanoutId);
    if (members === undefined) return;
    members.targets.delete(target);
    if (members.targets.size > 0) return;
    members.untap();
    this.#groups.delete(fanoutId);
  }
}

function sendTo(targets: ReadonlySet<PushTarget>, item: SubscribeResponseInit): void {
  const push = pushOf(item);
  if (push === undefined) return;
  const frame = encodeReply(push);
  for (const target of targets) {
    if (frame.length <= MAX_FRAME_BYTES) target.push(frame);
    else target.fail(tooLarge(frame.length));
  }
}

function tooLarge(byteCount: number): PolywireError {
  return new PolywireError(
    ErrorCode.PACKET_TOO_LARGE,
    `a message of a subscribed topic takes ${byteCount} bytes; a frame of this wire has room for ${MAX_FRAME_BYTES}`,
  );
}
