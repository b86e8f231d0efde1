/* One publisher, many subscribers: a burst is published in one piece, then awaited at every subscriber. */
#ifndef FANOUT_H
#define FANOUT_H
#include "connection.h"

void run_fanout(const struct wire *wire);
#endif
