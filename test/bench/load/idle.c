#include "idle.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "connection.h"

void run_idle(const struct wire *wire)
{
    struct connection *connections = calloc(options.connections, sizeof *connections);
    char byte;

    for (unsigned i = 0; i < options.connections; i++)
        connection_open(&connections[i], wire, i);
    printf("{\"connections\":%u}\n", options.connections);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
}
