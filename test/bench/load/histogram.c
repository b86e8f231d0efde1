#include "histogram.h"

#define STEPS (1u << HISTOGRAM_BITS)

/* Below STEPS a bucket is a nanosecond; above, every power of two has STEPS buckets. */
static unsigned bucket_of(uint64_t ns)
{
    if (ns < STEPS)
        return (unsigned)ns;
    int shift = 63 - __builtin_clzll(ns) - HISTOGRAM_BITS;
    return ((unsigned)(shift + 1) << HISTOGRAM_BITS) + (unsigned)((ns >> shift) & (STEPS - 1));
}

static uint64_t bucket_end(unsigned bucket)
{
    if (bucket < STEPS)
        return bucket;
    unsigned shift = (bucket >> HISTOGRAM_BITS) - 1;
    return ((uint64_t)((bucket & (STEPS - 1)) | STEPS) + 1) << shift;
}

void histogram_add(struct histogram *histogram, uint64_t ns, uint64_t count)
{
    histogram->buckets[bucket_of(ns)] += count;
    histogram->count += count;
    if (ns > histogram->max_ns)
        histogram->max_ns = ns;
}

double histogram_quantile_us(const struct histogram *histogram, double quantile)
{
    uint64_t seen = 0;

    for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        seen += histogram->buckets[bucket];
        if (histogram->buckets[bucket] && (double)seen >= quantile * (double)histogram->count) {
            uint64_t ns = bucket_end(bucket);
            return (double)(ns < histogram->max_ns ? ns : histogram->max_ns) / 1e3;
        }
    }
    return 0;
}
