import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { removal, setChange } from './changes.cases.js';
import { BLOCK_BYTES, type JournalRecord, RecordWriter, readRecords } from './journal-record.js';
import { mulberry32, pick, type Random, randomSeeds } from './random.cases.js';
import type { StoreChange } from './store.js';

const secret = Buffer.from('a secret of 16 b');
const otherSecret = Buffer.from('another secret..');
/** [magic][length][checksum], and what the payload has before its first change. */
const HEADER_BYTES = 24;
const PAYLOAD_LENGTH_AT = 4;
/** From the beginning of a record to the bytes of its first value, when the space has one byte. */
const valueAt = (key: string): number => HEADER_BYTES + 20 + 6 + 2 + 1 + key.length + 18;

function recordOf(changes: readonly StoreChange[], lastSeenMs = 1, key: Uint8Array = secret): Buffer {
  const writer = new RecordWriter();
  writer.add(changes, lastSeenMs);
  return Buffer.from(writer.finish(key));
}

/** Where the payload of a record ends that begins with these bytes. */
const payloadEnd = (record: Buffer): number => HEADER_BYTES + record.readUInt32BE(PAYLOAD_LENGTH_AT);

function flipped(bytes: Buffer, index: number, bits = 1): Buffer {
  const copy = Buffer.from(bytes);
  copy[index] = (copy[index] ?? 0) ^ bits;
  return copy;
}

const revisionsIn = (segment: Uint8Array, key: Uint8Array = secret): number[] =>
  readRecords(segment, key).map(({ changes }) => changes[0]?.entry.revision ?? 0);

/** Buffers and arrays of the same bytes are alike in it. */
function plain(records: readonly JournalRecord[]): string {
  const text = ({ space, type, entry }: StoreChange) => ({
    space,
    type,
    ...entry,
    value: Buffer.from(entry.value).toString('hex'),
  });
  return JSON.stringify(records.map(({ lastSeenMs, changes }) => ({ lastSeenMs, changes: changes.map(text) })));
}

describe('records of the journal', () => {
  const mixed = [
    setChange(7, '', ''),
    setChange(8, '\0', 'v', { space: '', expiresAtMs: 2 ** 41 }),
    setChange(9, '😀\uffff\0é', Buffer.alloc(300_000, 7), { space: '__proto__' }),
    removal(10, 'a', 'a\0'),
    removal(11, ''),
    setChange(12, 'k'.repeat(1024), Buffer.from([0, 255]), { space: 'é'.repeat(256) }),
  ];

  it('hold sets and removals of any key, value and space', () => {
    const writer = new RecordWriter();
    writer.add(mixed.slice(0, 2), 5);
    writer.add([], 6);
    writer.add(mixed.slice(2), 2 ** 42);
    const bytes = Buffer.from(writer.finish(secret));
    expect(bytes.length % BLOCK_BYTES).toBe(0);
    expect(plain(readRecords(bytes, secret))).toBe(plain([{ lastSeenMs: 2 ** 42, changes: mixed }]));
    writer.reset();
    writer.add([], 77);
    const empty = writer.finish(secret);
    const timeAlone = plain([{ lastSeenMs: 77, changes: [] }]);
    expect(plain(readRecords(empty, secret))).toBe(timeAlone);
    expect(plain(readRecords(empty.subarray(0, payloadEnd(empty)), secret))).toBe(timeAlone);
    // Nothing of the longer record before it goes along.
    expect(empty.subarray(payloadEnd(empty))).toEqual(Buffer.alloc(BLOCK_BYTES - payloadEnd(empty)));
  });

  it('follow one another, whatever their length', () => {
    const lengths = [0, 1, BLOCK_BYTES - valueAt('k') - 1, BLOCK_BYTES - valueAt('k'), BLOCK_BYTES, 2_000_000, 3];
    const writer = new RecordWriter();
    const segment = Buffer.concat(
      lengths.map((length, index) => {
        writer.reset();
        writer.add([setChange(index + 1, 'k', Buffer.alloc(length, 1))], index);
        return Buffer.from(writer.finish(secret));
      }),
    );
    expect(readRecords(segment, secret).map(({ changes }) => changes[0]?.entry.value.length)).toEqual(lengths);
    expect(revisionsIn(segment)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  const three = [
    recordOf([setChange(1, 'a'), removal(2, 'b')]),
    recordOf([setChange(3, 'c', Buffer.alloc(5000, 3))]),
    recordOf([setChange(4, 'd')]),
  ];
  const segment = Buffer.concat(three);
  const starts = [0, BLOCK_BYTES, 3 * BLOCK_BYTES];

  it('are found as far as they are whole, wherever the file ends', () => {
    const ends = three.map((record, index) => (starts[index] ?? 0) + payloadEnd(record));
    for (let end = 0; end <= segment.length; end++) {
      const expected = [1, 3, 4].slice(0, ends.filter((recordEnd) => recordEnd <= end).length);
      if (revisionsIn(segment.subarray(0, end)).join() !== expected.join()) expect.fail(`cut at ${end}`);
    }
  });

  it('are not found when a byte of them has changed, and those beside them are', () => {
    const all = [1, 3, 4];
    for (const [index, record] of three.entries()) {
      const start = starts[index] ?? 0;
      const others = all.filter((_, place) => place !== index).join();
      for (let at = start; at < start + payloadEnd(record); at++) {
        for (const bits of [1, 0x80, 0xff]) {
          if (revisionsIn(flipped(segment, at, bits)).join() !== others) expect.fail(`byte ${at} of record ${index}`);
        }
      }
    }
    expect(revisionsIn(segment, otherSecret)).toEqual([]);
  });

  it.each([
    ['of another secret', recordOf([setChange(666, 'evil')], 1, otherSecret), []],
    ['that is a copy of one before it', three[2] ?? Buffer.alloc(0), [4]],
  ])('are not made by a value that holds one %s', (_, inner, afterDamage) => {
    const padding = Buffer.alloc(BLOCK_BYTES - valueAt('k'), 1);
    const outer = recordOf([setChange(5, 'k', Buffer.concat([padding, inner, Buffer.alloc(BLOCK_BYTES)]))]);
    expect(outer.subarray(BLOCK_BYTES, 2 * BLOCK_BYTES)).toEqual(inner);
    expect(revisionsIn(Buffer.concat([segment, outer, recordOf([setChange(6, 'l')])]))).toEqual([1, 3, 4, 5, 6]);
    // Only a copy of what the store has written itself can be found, and only in a record that is not whole.
    expect(revisionsIn(Buffer.concat([segment, flipped(outer, HEADER_BYTES)]))).toEqual([1, 3, 4, ...afterDamage]);
  });

  it('begin at blocks only', () => {
    expect(revisionsIn(Buffer.concat([Buffer.alloc(BLOCK_BYTES), segment]))).toEqual([1, 3, 4]);
    expect(revisionsIn(Buffer.concat([Buffer.alloc(BLOCK_BYTES - 1), segment]))).toEqual([]);
    expect(revisionsIn(Buffer.alloc(5 * BLOCK_BYTES))).toEqual([]);
  });

  it('are found in front of the rest of longer ones that were there before', () => {
    const old = [9, 2, 30_000, 4].map((length, index) =>
      recordOf([setChange(1 + index, 'old', Buffer.alloc(length, 9))]),
    );
    const bytes = Buffer.concat(old);
    for (const changes of [[setChange(100, 'new')], [setChange(100, 'new', Buffer.alloc(20_000))]]) {
      const written = Buffer.from(bytes);
      recordOf(changes).copy(written);
      const found = revisionsIn(written);
      expect(found[0]).toBe(100);
      expect(found.slice(1)).toEqual([1, 2, 3, 4].slice(-(found.length - 1)));
      expect(found.at(-1)).toBe(4);
    }
  });

  it('are none when the checksum is right and the payload is not of this form', () => {
    const record = recordOf([setChange(1, 'a')]);
    const end = payloadEnd(record);
    for (const [at, value] of [
      [HEADER_BYTES + 16, 2 ** 32 - 1],
      [HEADER_BYTES + 16, 2],
      [HEADER_BYTES + 22, 2 ** 32 - 1],
    ] as const) {
      const changed = Buffer.from(record);
      changed.writeUInt32BE(value, at);
      checksum(changed, end).copy(changed, 8);
      expect(revisionsIn(changed)).toEqual([]);
    }
    const same = Buffer.from(record);
    checksum(same, end).copy(same, 8);
    expect(revisionsIn(same)).toEqual([1]);
  });

  it.each(randomSeeds())('are found among random bytes as they were written, or not at all (seed %i)', (seed) => {
    const random = mulberry32(seed);
    const last = recordOf(mixed.slice(0, 2));
    const whole = Buffer.concat([segment, last]);
    const written = new Set([...three, last].map((record) => plain(readRecords(record, secret))));
    const inputs = 2000;
    for (let input = 0; input < inputs; input++) {
      for (const record of readRecords(mutated(whole, random), secret)) {
        if (!written.has(plain([record]))) expect.fail(`input ${input} made a record of its own`);
      }
    }
    process.stdout.write(`journal records: ${inputs} mutated inputs, seed ${seed}\n`);
  });
});

/** Of the payload, with the secret of the store. */
function checksum(record: Buffer, end: number): Buffer {
  return createHmac('sha256', secret).update(record.subarray(HEADER_BYTES, end)).digest().subarray(0, 16);
}

function mutated(whole: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(whole.subarray(0, random(8) === 0 ? random(whole.length + 1) : whole.length));
  for (let times = random(6); times > 0 && bytes.length > 0; times--) {
    const at = random(bytes.length);
    const kind = random(4);
    if (kind === 0) bytes[at] = random(256);
    else if (kind === 1) bytes.copyWithin(at & -BLOCK_BYTES, random(bytes.length) & -BLOCK_BYTES);
    else if (kind === 2) bytes.subarray(at, at + random(100)).fill(random(256));
    // Lengths that are nearly right, and far too large.
    else if (bytes.length >= 8) bytes.writeUInt32BE(pick([0, 19, 20, random(9000), 2 ** 32 - 1], random), 4);
  }
  return bytes;
}
