import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { describe, expect, it } from 'vitest';
import { AgeOrder } from './age-order.js';
import { type ClientOutcomes, type Entry, Outcomes } from './outcomes.js';

const limits = { perClient: 3, bytesPerClient: 4_000, inAll: 5, bytesInAll: 100_000, maxResponseBytes: 2_000 };

function client(owner = 'everybody'): ClientOutcomes {
  return { owner, entries: new Map(), ended: new AgeOrder(), bytes: 0 };
}

function begin(of: ClientOutcomes, id: string): Entry {
  const entry: Entry = { client: of, id, sessionId: 's', digest: 0, call: undefined, outcome: undefined };
  of.entries.set(id, entry);
  return entry;
}

describe('outcomes', () => {
  it('forget those that ended first, of a client and of all; never a call that runs', () => {
    const outcomes = new Outcomes(limits);
    const [a, b] = [client(), client()];
    begin(a, 'runs');
    for (const id of ['1', '2', '3', '4']) outcomes.keep(begin(a, id), { response: new Uint8Array(1) });
    expect([...a.entries.keys()]).toEqual(['runs', '2', '3', '4']);
    for (const id of ['5', '6', '7']) outcomes.keep(begin(b, id), { response: new Uint8Array(1) });
    expect([[...a.entries.keys()], [...b.entries.keys()]]).toEqual([
      ['runs', '3', '4'],
      ['5', '6', '7'],
    ]);
    expect(outcomes.size).toBe(5);
  });

  it('of others are kept when one owner makes many calls, in however many clients', () => {
    const outcomes = new Outcomes({ ...limits, perClient: 10, bytesPerClient: 10_000, inAll: 20, bytesInAll: 20_000 });
    const victim = client('victim');
    for (const id of ['1', '2', '3']) outcomes.keep(begin(victim, id), { response: new Uint8Array(1) });
    const greedy = Array.from({ length: 10 }, () => client('greedy'));
    for (const [index, each] of greedy.entries()) {
      for (let call = 0; call < 10; call++) {
        outcomes.keep(begin(each, `${index} ${call}`), { response: new Uint8Array(call % 2 === 0 ? 1 : 1_500) });
      }
    }
    expect([...victim.entries.keys()]).toEqual(['1', '2', '3']);
    expect(outcomes.size).toBeLessThanOrEqual(20);
    expect(outcomes.bytes).toBeLessThanOrEqual(20_000);
    // Who has less than his share may push out what ended first of all.
    for (let call = 0; call < 10; call++) outcomes.keep(begin(victim, `more ${call}`), { response: new Uint8Array(1) });
    expect(victim.entries.has('more 9')).toBe(true);
    for (const each of [victim, ...greedy]) for (const entry of [...each.ended]) outcomes.forget(entry);
    expect([outcomes.bytes, outcomes.size, victim.bytes]).toEqual([0, 0, 0]);
  });

  it('are bounded by bytes', () => {
    const outcomes = new Outcomes(limits);
    const a = client();
    for (const id of ['1', '2', '3']) outcomes.keep(begin(a, id), { response: new Uint8Array(1_500) });
    expect([...a.entries.keys()]).toEqual(['2', '3']);
    expect(outcomes.bytes).toBe(a.bytes);
    for (const entry of [...a.ended]) outcomes.forget(entry);
    expect([outcomes.bytes, a.bytes, outcomes.size]).toEqual([0, 0, 0]);
  });

  it('of a large response only say that the call was done', () => {
    const outcomes = new Outcomes(limits);
    const entry = begin(client(), '1');
    outcomes.keep(entry, { response: new Uint8Array(2_001) });
    expect(entry.outcome?.error?.code).toBe(ErrorCode.OUTCOME_UNKNOWN);
    const failed = begin(client(), '2');
    outcomes.keep(failed, { error: new PolywireError(ErrorCode.NOT_FOUND, 'no') });
    expect(failed.outcome?.error?.code).toBe(ErrorCode.NOT_FOUND);
  });
});
