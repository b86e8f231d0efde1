import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { FakeClock } from '@polywire/sdk/testing';
import { expect, it } from 'vitest';
import { packetOf } from '../../../test/e2e/wires/msgtrans-client.js';
import { defaultConfig } from '../../config/defaults.js';
import { createLogger } from '../../log.js';
import { Counters } from '../../metrics/counters.js';
import { EventStream } from '../../sessions/event-stream.js';
import type { Session } from '../../sessions/session.js';
import { SessionHost } from '../../sessions/session-host.js';
import { SessionTable } from '../../sessions/session-table.js';
import { decodePacket, type OpaquePacket } from './decode.js';
import { MsgTransHub } from './msgtrans-hub.js';
import { PacketPeer } from './packet-peer.js';

it('lets its connection be read again when that goes on without it, as a native session', () => {
  const logger = createLogger({ level: 'silent' });
  const counting = { sessions: new SessionTable(), events: new EventStream(), counters: new Counters() };
  const host = new SessionHost({ clock: new FakeClock(), logger, limits: defaultConfig.limits, ...counting });
  const hub = new MsgTransHub({
    host,
    logger,
    config: defaultConfig.msgtrans,
    handlers: { onRequest: () => new Promise(() => {}) },
    maxCalls: 1,
    maxQueuedBytes: 1_000,
  });
  const told: string[] = [];
  const peer = new PacketPeer(hub, { sessionId: 's', transport: 'tcp' } as Session, {
    send: () => true,
    pause: () => told.push('pause'),
    resume: () => told.push('resume'),
    close: () => {},
    fail: () => {},
    onIdle: () => {},
  });
  peer.take(decodePacket(packetOf(1, 7, 'x')) as OpaquePacket);
  expect(told).toEqual(['pause']);
  peer.end(new PolywireError(ErrorCode.UNAVAILABLE, 'it has said Hello'));
  expect(told).toEqual(['pause', 'resume']);
});
