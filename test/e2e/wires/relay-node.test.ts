import { expect, it, vi } from 'vitest';
import { relayVectorCases } from './relay.cases.js';
import { relayClientCases } from './relay-clients.cases.js';

// The listener on node:http and ws is the one that takes over where this does not load.
vi.mock('uWebSockets.js', () => {
  throw new Error('has no binary for this test');
});

it('runs without uWebSockets.js', async () => {
  await expect(import('uWebSockets.js')).rejects.toThrow();
});

relayVectorCases('native');
relayVectorCases('relay');
relayClientCases();
