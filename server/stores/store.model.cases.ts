import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { ChangeKind, ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { expect, it } from 'vitest';
import { mulberry32, pick, type Random, randomSeeds } from './random.cases.js';
import type { WriteOperation, WriteResult } from './store.js';
import { bytes, codeOf, type StoreUnderTest, text } from './store-under-test.cases.js';

interface ModelValue {
  value: string;
  revision: number;
  expiresAtMs: number;
}

type Model = Map<string, Map<string, ModelValue>>;

const keys = ['', '\0', 'a', 'a\0', 'ab', 'é', '\uffff', '😀', '__proto__', 'n', 'toString'];
const spaces = ['', 'a', 'a\0', '__proto__'];
const ROUNDS = 60;
/** A revision that no key has. */
const NO_REVISION = Number.MAX_SAFE_INTEGER;

/** Random writes, many of them under way together, against a naive map. POLYWIRE_SEED repeats a run. */
export function modelCases(use: () => StoreUnderTest): void {
  it.each(randomSeeds())('agrees with a naive map (seed %i)', async (seed) => {
    const random = mulberry32(seed);
    const model: Model = new Map(spaces.map((space) => [space, new Map()]));
    const { store, clock, changes } = use();
    let now = clock.now();
    for (let round = 0; round < ROUNDS; round++) {
      const writes = Array.from({ length: 1 + random(8) }, () => {
        const space = pick(spaces, random);
        const operations = Array.from({ length: 1 + random(3) }, () => randomOperation(random, model.get(space)));
        return { space, operations, result: store.write.bind(store, space, operations) };
      });
      const outcomes: Promise<Outcome>[] = [];
      for (const { result } of writes) {
        // Some writes meet others that wait, some meet others that are being flushed.
        for (let turns = random(4); turns > 1; turns--) await new Promise((resolve) => setImmediate(resolve));
        outcomes.push(outcomeOf(result));
      }
      for (const [index, { space, operations }] of writes.entries()) {
        const actual = (await outcomes[index]) ?? [];
        expect(withoutRevisions(actual)).toEqual(applyToModel(model, space, operations, now, actual));
      }
      clock.advance(random(400));
      now = clock.now();
      for (const space of spaces) expect(contents(use(), space)).toEqual(modelContents(model, space, now));
    }
    const settled = await settledContents(use(), model);
    expect(replay(use())).toEqual(settled);
    expect(changes.map(({ entry }) => entry.revision)).toEqual(
      changes.map((_, index) => (changes[0]?.entry.revision ?? 0) + index),
    );
  });
}

type Outcome = WriteResult[] | number;

async function outcomeOf(write: () => WriteResult[] | Promise<WriteResult[]>): Promise<Outcome> {
  let results: WriteResult[] = [];
  // Not awaited before the call: the writes of a round are under way together.
  const code = await codeOf(() => Promise.resolve(write()).then((done) => (results = done)));
  return code === 0 ? results : code;
}

function randomOperation(random: Random, present: Map<string, ModelValue> | undefined): WriteOperation {
  const key = pick(keys, random);
  const ifRevision = random(4) === 0 ? (random(2) === 0 ? (present?.get(key)?.revision ?? 0) : NO_REVISION) : undefined;
  switch (random(5)) {
    case 0:
      return { type: 'delete', key, ifRevision };
    case 1:
      return { type: 'increment', key, delta: BigInt(random(20) - 10) };
    default: {
      const value = bytes(random(2) === 0 ? String(random(100)) : `v${random(100)}`);
      const ttlMs = random(2) === 0 ? 0 : 1 + random(600);
      return { type: 'set', key, value, kind: ValueKind.BYTES, ttlMs, ifRevision, ifAbsent: random(6) === 0 };
    }
  }
}

/** What the write must come to; takes over the revisions that the store gave. */
function applyToModel(
  model: Model,
  space: string,
  operations: readonly WriteOperation[],
  now: number,
  actual: Outcome,
): Outcome {
  const staged = new Map(live(model, space, now));
  const results: unknown[] = [];
  for (const [index, operation] of operations.entries()) {
    const present = staged.get(operation.key);
    const given = typeof actual === 'number' ? undefined : actual[index];
    const revision = given?.revision ?? -1;
    if ('ifAbsent' in operation && operation.ifAbsent && present) return ErrorCode.ALREADY_EXISTS;
    if (
      'ifRevision' in operation &&
      operation.ifRevision !== undefined &&
      operation.ifRevision !== (present?.revision ?? 0)
    ) {
      return ErrorCode.REVISION_MISMATCH;
    }
    if (operation.type === 'set') {
      const expiresAtMs = operation.ttlMs === 0 ? 0 : now + operation.ttlMs;
      staged.set(operation.key, { value: text(operation.value) ?? '', revision, expiresAtMs });
      results.push({ type: 'set' });
    } else if (operation.type === 'delete') {
      results.push({ type: 'delete', deleted: staged.delete(operation.key) });
    } else {
      const before = present?.value ?? '0';
      if (!/^-?\d+$/.test(before)) return ErrorCode.NOT_AN_INTEGER;
      const value = BigInt(before) + operation.delta;
      staged.set(operation.key, { value: String(value), revision, expiresAtMs: present?.expiresAtMs ?? 0 });
      results.push({ type: 'increment', value });
    }
  }
  model.set(space, staged);
  return results as Outcome;
}

function withoutRevisions(outcome: Outcome | undefined): unknown {
  if (typeof outcome !== 'object') return outcome;
  return outcome.map(({ revision: _, ...rest }) => rest);
}

function live(model: Model, space: string, now: number): [string, ModelValue][] {
  return [...(model.get(space) ?? [])].filter(([, { expiresAtMs }]) => expiresAtMs === 0 || expiresAtMs > now);
}

function modelContents(model: Model, space: string, now: number): string[] {
  const entries = live(model, space, now).sort(([left], [right]) => Buffer.compare(bytes(left), bytes(right)));
  return entries.map(([key, { value, revision, expiresAtMs }]) => JSON.stringify([key, value, revision, expiresAtMs]));
}

function contents({ store }: StoreUnderTest, space: string): string[] {
  const found = store.scan(space, { prefix: '', limit: 1000 });
  expect(keys.map((key) => store.get(space, key)).filter((entry) => entry !== undefined).length).toBe(found.length);
  return found.map(({ key, value, revision, expiresAtMs }) =>
    JSON.stringify([key, text(value), revision, expiresAtMs]),
  );
}

/** Waits for what has a deadline to go, then tells what is left. */
async function settledContents(under: StoreUnderTest, model: Model): Promise<string[]> {
  const { clock, until } = under;
  clock.advance(60_000);
  const expected = spaces
    .flatMap((space) => modelContents(model, space, clock.now()).map((entry) => space + entry))
    .sort();
  await until(() => replay(under).length === expected.length);
  return expected;
}

/** The contents that the reported changes add up to. */
function replay({ changes }: StoreUnderTest): string[] {
  const found = new Map<string, string>();
  for (const { space, type, entry } of changes) {
    const id = JSON.stringify([space, entry.key]);
    const state = JSON.stringify([entry.key, text(entry.value), entry.revision, entry.expiresAtMs]);
    if (type === ChangeKind.SET) found.set(id, space + state);
    // A removal of a key that is not there would be one too many.
    else expect(found.delete(id)).toBe(true);
  }
  return [...found.values()].sort();
}
