import type { StatsResponse } from '@polywire/protocol/polywire.admin.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { CallContext } from '@polywire/protocol/wire';
import { expect, it } from 'vitest';
import { SessionTable } from '../sessions/session-table.js';
import { adminHandler } from './admin.js';

const stats = {} as StatsResponse;
const admin = adminHandler({ sessions: new SessionTable(), stats: () => stats });
const from = (remoteAddress: string, permissions?: object) =>
  ({ peer: { sessionId: 's', clientId: '', remoteAddress, permissions } }) as unknown as CallContext;

it.each(['127.0.0.1:4000', '127.8.9.10', '[::1]:4000', '::1'])('serves an operator at %s', (address) => {
  expect(admin.stats({}, from(address))).toBe(stats);
  expect(admin.kick({ sessionId: 'x', reason: '' }, from(address))).toEqual({ kicked: false });
});

it.each(['10.0.0.1:4000', '[2001:db8::1]:4000', '2001:db8::1', '127.0.0.1.example:1', ''])(
  'refuses one at %s, unless it was asked for its permissions',
  (address) => {
    const refused = expect.objectContaining({ code: ErrorCode.PERMISSION_DENIED });
    expect(() => admin.stats({}, from(address))).toThrow(refused);
    expect(() => admin.listSessions({ clientId: '', limit: 0 }, from(address))).toThrow(refused);
    expect(() => admin.kick({ sessionId: 'x', reason: '' }, from(address))).toThrow(refused);
    expect(admin.stats({}, from(address, {}))).toBe(stats);
  },
);
