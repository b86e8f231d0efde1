import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { IoService, type MemberInit, type PresenceResponseInit } from '@polywire/protocol/polywire.io.v1';
import type { Fanout, MethodDescriptor, Peer } from '@polywire/protocol/wire';
import { type Clock, type Deadline, Deadlines, PolywireError } from '@polywire/sdk/core';
import type { FanoutGroup, FanoutHub } from '../bus/fanout-hub.js';

const MAX_LISTED = 1_000;
/** Topics of one session, with those where it is no more unless it subscribes again. */
const MAX_TOPICS_OF_SESSION = 4_096;
/** A client that came back at the last moment has so long to subscribe again. */
const MARGIN_MS = 5_000;

interface Presence {
  member: MemberInit;
  /** Subscriptions of the session that make it present. 0: its connection is lost, its session is not. */
  holds: number;
  /** When it ends, if the session goes on without a subscription. */
  leaving: Deadline | undefined;
}

interface Room {
  readonly topic: string;
  /** By session id, those that are there longest first. */
  readonly present: Map<string, Presence>;
  watchers: { readonly group: FanoutGroup; holds: number } | undefined;
}

export interface PresenceOptions {
  readonly hub: FanoutHub;
  readonly clock: Clock;
  /** How long a session outlives its connection. */
  readonly resumeWindowMs: number;
}

/**
 * Who is present on which topic. A session that loses its connection stays until it has ended for good: one
 * that comes back in time, and subscribes again, has never been away. One that comes back and does not
 * subscribe again leaves.
 */
export class PresenceTable {
  readonly #hub: FanoutHub;
  readonly #deadlines: Deadlines;
  readonly #graceMs: number;
  readonly #rooms = new Map<string, Room>();
  readonly #roomsOf = new Map<string, Set<Room>>();

  constructor({ hub, clock, resumeWindowMs }: PresenceOptions) {
    this.#hub = hub;
    this.#deadlines = new Deadlines(clock);
    this.#graceMs = resumeWindowMs + MARGIN_MS;
  }

  /** @throws PolywireError RESOURCE_EXHAUSTED when a session is present on too many other topics */
  checkRoom(topic: string, sessionId: string): void {
    const present = this.#roomsOf.get(sessionId);
    if (present === undefined || present.size < MAX_TOPICS_OF_SESSION) return;
    const room = this.#rooms.get(topic);
    if (room !== undefined && present.has(room)) return;
    throw new PolywireError(
      ErrorCode.RESOURCE_EXHAUSTED,
      `this session is present on ${MAX_TOPICS_OF_SESSION} topics, which is the most; leave one first`,
      { details: { limit: String(MAX_TOPICS_OF_SESSION) } },
    );
  }

  /**
   * Makes a session present.
   * @param info must own its bytes
   * @returns what ends that; called with true when only the connection has ended
   */
  join(topic: string, { sessionId, clientId }: Peer, info: Uint8Array): (isLost: boolean) => void {
    const room = this.#room(topic);
    const member: MemberInit = { sessionId, clientId, info };
    let presence = room.present.get(sessionId);
    if (presence === undefined) {
      presence = { member, holds: 0, leaving: undefined };
      room.present.set(sessionId, presence);
      const rooms = this.#roomsOf.get(sessionId) ?? new Set<Room>();
      this.#roomsOf.set(sessionId, rooms.add(room));
      room.watchers?.group.publish({ event: { $case: 'joined', value: member } });
    } else if (!isSame(presence.member, member)) {
      presence.member = member;
      room.watchers?.group.publish({ event: { $case: 'joined', value: member } });
    }
    presence.holds++;
    this.#stay(presence);
    const joined = presence;
    return (isLost) => {
      joined.holds--;
      if (joined.holds > 0 || room.present.get(sessionId) !== joined) return;
      if (isLost) joined.leaving = this.#deadlines.set(this.#graceMs, () => this.#leave(room, sessionId));
      else this.#leave(room, sessionId);
    };
  }

  /** A session has ended. */
  endSession(sessionId: string): void {
    for (const room of [...(this.#roomsOf.get(sessionId) ?? [])]) this.#leave(room, sessionId);
  }

  /** Who is present, and then who comes and goes. */
  watch(topic: string): Fanout<PresenceResponseInit> {
    const room = this.#room(topic);
    room.watchers ??= {
      group: this.#hub.open(IoService, IoService.methods.presence as MethodDescriptor),
      holds: 0,
    };
    const { watchers } = room;
    watchers.holds++;
    return {
      fanoutId: watchers.group.id,
      first: () => {
        const members: MemberInit[] = [];
        for (const { member } of room.present.values()) {
          if (members.length === MAX_LISTED) break;
          members.push(member);
        }
        return [{ event: { $case: 'present', value: { members, count: room.present.size } } }];
      },
      onEnd: () => {
        if (--watchers.holds > 0) return;
        watchers.group.close();
        room.watchers = undefined;
        this.#forgetIfUnused(room);
      },
    };
  }

  close(): void {
    this.#deadlines.clear();
  }

  #room(topic: string): Room {
    let room = this.#rooms.get(topic);
    if (room === undefined) {
      room = { topic, present: new Map(), watchers: undefined };
      this.#rooms.set(topic, room);
    }
    return room;
  }

  #leave(room: Room, sessionId: string): void {
    const presence = room.present.get(sessionId);
    if (presence === undefined) return;
    this.#stay(presence);
    room.present.delete(sessionId);
    const rooms = this.#roomsOf.get(sessionId);
    rooms?.delete(room);
    if (rooms?.size === 0) this.#roomsOf.delete(sessionId);
    room.watchers?.group.publish({ event: { $case: 'left', value: presence.member } });
    this.#forgetIfUnused(room);
  }

  #stay(presence: Presence): void {
    if (presence.leaving !== undefined) this.#deadlines.drop(presence.leaving);
    presence.leaving = undefined;
  }

  #forgetIfUnused(room: Room): void {
    if (room.present.size === 0 && room.watchers === undefined) this.#rooms.delete(room.topic);
  }
}

function isSame(a: MemberInit, b: MemberInit): boolean {
  return a.clientId === b.clientId && Buffer.compare(a.info as Uint8Array, b.info as Uint8Array) === 0;
}
