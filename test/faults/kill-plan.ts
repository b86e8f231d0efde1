import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import type { WriteOperation } from '../../server/stores/store.js';
import type { CheckpointLimits } from '../../server/stores/write-ahead.js';

export const WRITERS = 16;
const KEYS = 40;
/** A few keys meet many checkpoints, each of many transactions. */
export const SMALL_CHECKPOINTS: CheckpointLimits = { rows: 300, bytes: 160 * 1024, pageRows: 16 };

/**
 * The write that a writer does at a place of its sequence. Both the program that is killed and the
 * test that judges it work it out from these two numbers.
 */
export function plannedWrite(writer: number, place: number): WriteOperation[] {
  const number = (writer * 31 + place * 7919) % 1000;
  const key = `k${number % KEYS}`;
  if (number < 150) return [{ type: 'delete', key }];
  if (number < 250) return [{ type: 'increment', key: 'count', delta: 1n }];
  if (number < 400) return ['x', 'y', 'z'].map((part) => set(`batch ${part}`, `${writer} ${place}`));
  return [set(key, `${writer} ${place} `.repeat(1 + (number % 30)), number % 3 === 0 ? 3_600_000 : 0)];
}

/** What a writer's space holds after its first `count` writes. */
export function plannedContents(writer: number, count: number): Map<string, string> {
  const contents = new Map<string, string>();
  for (let place = 1; place <= count; place++) {
    for (const operation of plannedWrite(writer, place)) {
      if (operation.type === 'set') contents.set(operation.key, new TextDecoder().decode(operation.value));
      else if (operation.type === 'delete') contents.delete(operation.key);
      else contents.set(operation.key, String(BigInt(contents.get(operation.key) ?? '0') + operation.delta));
    }
  }
  return contents;
}

function set(key: string, value: string, ttlMs = 0): WriteOperation {
  return { type: 'set', key, value: new TextEncoder().encode(value), kind: ValueKind.TEXT, ttlMs };
}
