import { describe, expect, it } from 'vitest';
import { blockBytesFor, MAX_BLOCK_BYTES, RecordBlocks, wordOffsetOf } from './record-blocks.js';

describe('RecordBlocks', () => {
  it('has a block for every length, never more than an eighth longer, or a unit', () => {
    for (let byteCount = 1; byteCount <= MAX_BLOCK_BYTES; byteCount++) {
      const block = blockBytesFor(byteCount);
      const isUseful = block >= byteCount && block - byteCount < Math.max(16, byteCount / 8 + 1);
      if (!isUseful || block % 16 !== 0 || block > MAX_BLOCK_BYTES || blockBytesFor(block) !== block) {
        expect.fail(`${byteCount} bytes get ${block}`);
      }
    }
  });

  it('gives blocks that do not overlap, and never address 0', () => {
    const blocks = new RecordBlocks();
    const taken = new Map<number, number>();
    let state = 1;
    for (let step = 0; step < 60_000; step++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const addresses = step % 3 === 2 ? [...takeSome(taken, state)] : [];
      for (const address of addresses) {
        if (markAt(blocks, address) !== taken.get(address)) throw new Error(`block ${address} was overwritten`);
        taken.delete(address);
        blocks.free(address);
      }
      const address = blocks.allocate(16 + (state % (step % 50 === 0 ? 8000 : 300)));
      if (address <= 0 || taken.has(address)) throw new Error(`block ${address} was given twice`);
      taken.set(address, state | 0);
      blocks.chunkOf(address).words[wordOffsetOf(address) + 1] = state | 0;
    }
    expect(taken.size).toBeGreaterThan(30_000);
    for (const [address, mark] of taken) expect(markAt(blocks, address)).toBe(mark);
  });

  it('gives memory back, but for one chunk of each length, and takes it again', () => {
    const blocks = new RecordBlocks();
    const fill = (): number[] => Array.from({ length: 20_000 }, () => blocks.allocate(100));
    const addresses = fill();
    const full = blocks.byteCount;
    expect(full).toBeGreaterThan(20_000 * 100);
    expect(full).toBeLessThan(20_000 * 100 * 1.3);
    for (const address of addresses) blocks.free(address);
    expect(blocks.byteCount).toBeLessThan(full / 5);
    fill();
    expect(blocks.byteCount).toBe(full);
  });
});

function markAt(blocks: RecordBlocks, address: number): number | undefined {
  return blocks.chunkOf(address).words[wordOffsetOf(address) + 1];
}

/** Every now and then one of the oldest addresses. */
function takeSome(taken: ReadonlyMap<number, number>, state: number): number[] {
  const some: number[] = [];
  for (const address of taken.keys()) {
    if (some.length === state % 3) break;
    some.push(address);
  }
  return some;
}
