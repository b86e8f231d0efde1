#include "cpu_time.h"

#include <dirent.h>
#include <stdio.h>

double own_cpu_seconds(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

/* schedstat counts nanoseconds; stat would count ticks of ten milliseconds. */
double cpu_seconds_of(long pid)
{
    char path[300];
    double total = 0;

    snprintf(path, sizeof path, "/proc/%ld/task", pid);
    DIR *threads = opendir(path);
    if (!threads)
        return 0;
    for (struct dirent *thread; (thread = readdir(threads));) {
        unsigned long long ns = 0;
        snprintf(path, sizeof path, "/proc/%ld/task/%s/schedstat", pid, thread->d_name);
        FILE *file = thread->d_name[0] == '.' ? NULL : fopen(path, "r");
        if (!file)
            continue;
        if (fscanf(file, "%llu", &ns) == 1)
            total += (double)ns / 1e9;
        fclose(file);
    }
    closedir(threads);
    return total;
}
