/* What the command line says. */
#ifndef OPTIONS_H
#define OPTIONS_H
#include <stdbool.h>
#include <stdint.h>

enum operation { ECHO, GET, SET };

struct options {
    const char *host;
    int port;
    /* Path of the WebSocket; NULL: plain TCP. */
    const char *path;
    /* Its sub-protocol, or NULL. */
    const char *protocol;
    const char *wire;
    /* calls, fanout or idle. */
    const char *mode;
    enum operation operation;
    /* Connections, or subscribers. */
    unsigned connections;
    /* Requests that a connection writes in one piece before it waits for all their replies. */
    unsigned depth;
    /* Requests in one WebSocket message; 0: all of a burst. */
    unsigned per_frame;
    unsigned keys;
    unsigned value_bytes;
    /* Topics that subscribers subscribe to and that nobody publishes to. */
    unsigned extra_topics;
    double warmup_seconds, seconds;
    /* The measurement goes on until so many came, for some seconds at most. */
    unsigned messages;
    long server_pid;
    /* Of the wire `exact`. */
    const char *request_hex, *reply_hex, *hello_hex;
};

extern struct options options;

void read_options(int count, char **arguments);
#endif
