import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import type { PolywireError } from '@polywire/sdk/core';
import { FakeClock } from '@polywire/sdk/testing';
import { describe, expect, it } from 'vitest';
import { UnfinishedInput, UnfinishedMessages } from './unfinished-messages.js';

function stage(limits = { maxUnfinishedBytes: 100, maxMessageBytes: 50, stallTimeoutMs: 1_000 }) {
  const clock = new FakeClock();
  const shared = new UnfinishedMessages(limits, clock);
  const peer = (stall?: { timeoutMs: number; key: string }) => {
    const errors: PolywireError[] = [];
    const state = { isHeldBack: false };
    const input = new UnfinishedInput(shared, {
      ...(stall === undefined ? {} : { stall }),
      isHeldBack: () => state.isHeldBack,
      fail: (error) => errors.push(error),
    });
    return { input, errors, state };
  };
  return { clock, shared, peer };
}

describe('UnfinishedInput', () => {
  it('fails a message that stands still; whatever comes begins the wait anew', () => {
    const { clock, peer } = stage();
    const { input, errors } = peer();
    input.hold(10);
    clock.advance(999);
    input.hold(11);
    clock.advance(999);
    expect(errors).toEqual([]);
    clock.advance(1);
    expect(errors.map(({ code }) => code)).toEqual([ErrorCode.DEADLINE_EXCEEDED]);
    expect(errors[0]?.message).toContain('1000 ms (limits.stall_timeout_ms)');
  });

  it('has no limit for a message that is whole, nor with 0', () => {
    const { clock, peer } = stage();
    const [whole, patient] = [peer(), peer({ timeoutMs: 0, key: '' })];
    whole.input.hold(10);
    whole.input.hold(0);
    patient.input.hold(10);
    expect(clock.pending).toBe(0);
  });

  it('does not count while the peer is not read', () => {
    const { clock, peer } = stage();
    const { input, errors, state } = peer({ timeoutMs: 500, key: 'own' });
    state.isHeldBack = true;
    input.hold(10);
    clock.advance(5_000);
    expect(errors).toEqual([]);
    state.isHeldBack = false;
    clock.advance(500);
    expect(errors.map(({ message }) => message)).toEqual(['a message stood unfinished for 500 ms (own)']);
  });

  it('fails the connection that goes beyond what all may hold, and gives back what has ended', () => {
    const { clock, shared, peer } = stage();
    const [first, second] = [peer(), peer()];
    first.input.hold(60);
    second.input.hold(41);
    expect(first.errors).toEqual([]);
    expect(second.errors.map(({ code }) => code)).toEqual([ErrorCode.RESOURCE_EXHAUSTED]);
    expect(second.errors[0]?.message).toContain('limits.max_unfinished_bytes');
    expect(shared.budget.used).toBe(60);
    first.input.hold(0);
    second.input.hold(100);
    expect(second.errors).toHaveLength(1);
    second.input.hold(0);
    expect([shared.budget.used, clock.pending]).toEqual([0, 0]);
  });
});
