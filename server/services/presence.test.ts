import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { FakeClock } from '@polywire/sdk/testing';
import { expect, it } from 'vitest';
import { FanoutHub } from '../bus/fanout-hub.js';
import { PresenceTable } from './presence.js';

const peer = { sessionId: 's', clientId: 'c' };
const info = new Uint8Array(0);

it('a session that comes back again and again, and elsewhere, is present on so many topics at most', () => {
  const clock = new FakeClock();
  const hub = new FanoutHub(() => {});
  const presence = new PresenceTable({ hub, clock, resumeWindowMs: 30_000 });
  const refused = expect.objectContaining({ code: ErrorCode.RESOURCE_EXHAUSTED });
  for (let topic = 0; topic < 4_096; topic++) {
    presence.checkRoom(`t${topic}`, 's');
    presence.join(`t${topic}`, peer, info)(true);
  }
  expect(() => presence.checkRoom('t4096', 's')).toThrow(refused);
  presence.checkRoom('t7', 's');
  presence.checkRoom('t4096', 'other');
  presence.join('t7', peer, info)(false);
  presence.checkRoom('t4096', 's');
  presence.join('t4096', peer, info)(true);
  expect(() => presence.checkRoom('t7', 's')).toThrow(refused);
  clock.advance(35_000);
  presence.checkRoom('t7', 's');
  presence.close();
});
