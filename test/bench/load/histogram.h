/* Times in nanoseconds, kept in buckets that are at most 1.6 % wide. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H
#include <stdint.h>

#define HISTOGRAM_BITS 6
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS)

struct histogram {
    uint64_t buckets[HISTOGRAM_BUCKETS];
    uint64_t count, max_ns;
};

void histogram_add(struct histogram *histogram, uint64_t ns, uint64_t count);
/* The time that the share `quantile` of all times does not exceed, in microseconds. */
double histogram_quantile_us(const struct histogram *histogram, double quantile);
#endif
