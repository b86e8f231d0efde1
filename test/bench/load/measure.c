#include "measure.h"

#include <stdio.h>

#include "cpu_time.h"
#include "options.h"

struct measurement measurement;

#define MAX_MORE_NS 4000000000u

static uint64_t begin_ns, end_ns;
static double own_before, server_before, seconds, own_used, server_used;

void measure_begin(void)
{
    begin_ns = now_ns() + (uint64_t)(options.warmup_seconds * 1e9);
}

bool measure_goes_on(void)
{
    uint64_t now = now_ns();

    bool warm = measurement.seen >= WARMUP_MESSAGES || now >= begin_ns + MAX_WARMUP_NS;
    if (!measurement.counts && now >= begin_ns && warm) {
        measurement.counts = true;
        begin_ns = now;
        end_ns = now + (uint64_t)(options.seconds * 1e9);
        own_before = own_cpu_seconds();
        server_before = options.server_pid ? cpu_seconds_of(options.server_pid) : 0;
    }
    if (!measurement.counts || now < end_ns)
        return true;
    if (measurement.messages < options.messages && now < end_ns + MAX_MORE_NS)
        return true;
    seconds = (double)(now - begin_ns) / 1e9;
    own_used = own_cpu_seconds() - own_before;
    server_used = options.server_pid ? cpu_seconds_of(options.server_pid) - server_before : 0;
    return false;
}

void measure_report(void)
{
    const struct histogram *times = &measurement.times;
    double messages = measurement.messages ? (double)measurement.messages : 1;

    printf("{\"messages\":%llu,\"seconds\":%.4f,\"perSecond\":%.1f,", (unsigned long long)measurement.messages, seconds,
           (double)measurement.messages / seconds);
    printf("\"p50Us\":%.1f,\"p99Us\":%.1f,\"maxUs\":%.1f,", histogram_quantile_us(times, 0.5),
           histogram_quantile_us(times, 0.99), (double)times->max_ns / 1e3);
    if (measurement.bursts.count)
        printf("\"burstP50Us\":%.1f,\"burstP99Us\":%.1f,", histogram_quantile_us(&measurement.bursts, 0.5),
               histogram_quantile_us(&measurement.bursts, 0.99));
    printf("\"loadCpu\":%.4f,\"serverCpu\":%.4f,\"serverUsPerMessage\":%.5f}\n", own_used / seconds,
           server_used / seconds, server_used * 1e6 / messages);
}
