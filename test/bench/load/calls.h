/* Requests and their replies, on many connections, with so many in flight on each. */
#ifndef CALLS_H
#define CALLS_H
#include "connection.h"

void run_calls(const struct wire *wire);
#endif
