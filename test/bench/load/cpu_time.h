/* Clocks: time that passed, and processor time of processes. */
#ifndef CPU_TIME_H
#define CPU_TIME_H
#include <stdint.h>
#include <time.h>

static inline uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Seconds of processor time that this process has used. */
double own_cpu_seconds(void);
/* The same of another process, all its threads; 0 when it is gone. */
double cpu_seconds_of(long pid);
#endif
