import { expect, it } from 'vitest';
import { principalOf } from './principal.js';
import type { Session } from './session.js';

it.each([
  [{ clientId: 'CS001', provesClientId: true, remoteAddress: '10.0.0.1:4000' }, 'client CS001'],
  [{ clientId: 'CS001', provesClientId: false, remoteAddress: '10.0.0.1:4000' }, 'address 10.0.0.1'],
  [{ clientId: 'CS001', remoteAddress: '10.0.0.1:4001' }, 'address 10.0.0.1'],
  [{ clientId: '', provesClientId: true, remoteAddress: '[::1]:4000' }, 'address ::1'],
  [{ clientId: '', remoteAddress: 'somewhere' }, 'address somewhere'],
])('%j counts as %s', (session, principal) => {
  expect(principalOf(session as Session)).toBe(principal);
});
