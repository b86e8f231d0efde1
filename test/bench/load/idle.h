/* Connections that say hello and then nothing. */
#ifndef IDLE_H
#define IDLE_H
#include "wire.h"

/* Opens them, says so on stdout, and holds them until stdin ends. */
void run_idle(const struct wire *wire);
#endif
