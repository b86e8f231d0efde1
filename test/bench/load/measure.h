/* One measurement: warm-up, measured time, and what is known at its end. */
#ifndef MEASURE_H
#define MEASURE_H
#include <stdbool.h>

#include "histogram.h"

/* A server in JavaScript is compiled while it runs, and on a busy machine not much runs in a fixed time. */
#define WARMUP_MESSAGES 30000
#define MAX_WARMUP_NS 4000000000u

struct measurement {
    /* The warm-up is over. */
    bool counts;
    uint64_t messages;
    /* The same from the start on. */
    uint64_t seen;
    /* From request to reply, or from publish to delivery. */
    struct histogram times;
    /* Fan-out: from publish to the last delivery of a burst. */
    struct histogram bursts;
};

extern struct measurement measurement;

/* Call it after the first requests are sent. */
void measure_begin(void);
/* True until the time is over. */
bool measure_goes_on(void);
/* Writes the result to stdout, as a line of JSON. */
void measure_report(void);
#endif
