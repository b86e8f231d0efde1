/* One connection to the server: what is to be sent, and what came and is not whole. */
#ifndef CONNECTION_H
#define CONNECTION_H
#include <stdbool.h>

#include "wire.h"

struct connection {
    int fd;
    uint32_t index;
    struct bytes out;
    size_t sent;
    struct bytes kept;
    struct call *calls;
    /* The oldest open call, on a wire without ids. */
    uint32_t oldest;
    uint32_t outstanding;
    uint32_t sequence;
    uint64_t sent_at_ns;
    bool waits_writable;
};

typedef void on_reply(struct connection *connection, const struct reply *reply);

/* Connects, opens the WebSocket if there is one, and says hello; returns when all of it is answered. */
void connection_open(struct connection *connection, const struct wire *wire, uint32_t index);
/* Appends what is in `batch` to what is to be sent, as one WebSocket message if there are any, and empties it. */
void connection_add(struct connection *connection, struct bytes *batch);
/* Sends as much as the socket takes; the rest follows when epoll says that it is writable. */
void connection_send(struct connection *connection);
/* Reads once, and hands on what is whole. */
void connection_receive(struct connection *connection, const struct wire *wire, on_reply *handler);
/* Sends, and waits until `count` replies came. Only while nothing else is awaited. */
void connection_ask(struct connection *connection, const struct wire *wire, unsigned count);
#endif
