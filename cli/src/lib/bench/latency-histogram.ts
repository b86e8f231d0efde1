const SUB_BITS = 6;
/** Values below are exact; above, a bucket is at most 1/64 of its value wide. */
const EXACT = 2 << SUB_BITS;
const MAX_US = 2 ** 31 - 1;

/** Durations in microseconds, in buckets that are narrow for short ones. */
export class LatencyHistogram {
  readonly #counts: number[] = [];
  #total = 0;

  add(us: number): void {
    const bucket = bucketOf(Math.min(Math.max(Math.round(us), 0), MAX_US));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total++;
  }

  /** Adds what another histogram has counted. */
  merge(counts: readonly number[]): void {
    counts.forEach((count, bucket) => {
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
      this.#total += count;
    });
  }

  /** How many were in each bucket. */
  counts(): number[] {
    return Array.from(this.#counts, (count) => count ?? 0);
  }

  /**
   * The duration that this share of all do not exceed.
   * @param share from 0 to 1
   * @returns microseconds, the upper end of the bucket; 0 when nothing was added
   */
  quantile(share: number): number {
    const wanted = Math.max(1, Math.ceil(share * this.#total));
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count ?? 0;
      if (seen >= wanted) return upperEnd(bucket);
    }
    return 0;
  }
}

function bucketOf(us: number): number {
  if (us < EXACT) return us;
  const shift = 31 - Math.clz32(us) - SUB_BITS;
  return (shift << SUB_BITS) + (us >> shift);
}

function upperEnd(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const shift = (bucket >> SUB_BITS) - 1;
  return (bucket - (shift << SUB_BITS) + 1) * 2 ** shift - 1;
}
