/*
 * The load generator of the benchmarks: one thread, one epoll, requests that are checked one by one.
 * test/bench/README.md says what it measures; options.h has its options.
 */
#include <string.h>
#include <sys/resource.h>

#include "calls.h"
#include "fail.h"
#include "fanout.h"
#include "idle.h"

static void allow_many_files(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

int main(int count, char **arguments)
{
    read_options(count, arguments);
    allow_many_files();
    const struct wire *wire = find_wire();
    if (!strcmp(options.mode, "calls"))
        run_calls(wire);
    else if (!strcmp(options.mode, "fanout"))
        run_fanout(wire);
    else if (!strcmp(options.mode, "idle"))
        run_idle(wire);
    else
        fail("--mode is calls, fanout or idle");
    return 0;
}
