/* Waits for many connections at once. */
#ifndef POLL_H
#define POLL_H
#include "connection.h"

void poll_add(struct connection *connection);
void poll_writable(struct connection *connection, bool wanted);
/* Waits once, at most a tenth of a second, and calls `on_readable` where bytes came. Nothing for five seconds ends the program. */
void poll_once(void (*on_readable)(struct connection *connection));
#endif
