/* Bytes that come back as they are: one WebSocket message each, or on TCP so many bytes each. */
#include "wires.h"

static void request(struct bytes *out, const struct call *call, enum operation operation)
{
    (void)operation;
    add_value(out, echo_mark(call));
}

static long read(const uint8_t *at, size_t available, struct reply *reply)
{
    if (available < options.value_bytes)
        return 0;
    reply->kind = EVENT;
    reply->body = at;
    reply->length = options.value_bytes;
    return (long)options.value_bytes;
}

static long read_echo(const uint8_t *at, size_t available, struct reply *reply)
{
    long length = read(at, available, reply);
    reply->kind = REPLY;
    return length;
}

static bool right(const struct reply *reply, const struct call *call, enum operation operation)
{
    (void)operation;
    return is_value(reply->body, reply->length, echo_mark(call));
}

const struct wire wire_echo = {
    .name = "echo",
    .request = request,
    .read = read_echo,
    .right = right,
};

/* The topics of a bare WebSocket server: "S" subscribes and comes back, all else is published. */
static void subscribe(struct bytes *out, uint32_t id, const char *topic)
{
    (void)id;
    bytes_text(out, "S");
    bytes_text(out, topic);
}

static void publish(struct bytes *out, uint32_t id, uint32_t sequence)
{
    (void)id;
    add_value(out, sequence);
}

static long read_topics(const uint8_t *at, size_t available, struct reply *reply)
{
    if (available == 0 || at[0] != 'S')
        return read(at, available, reply);
    reply->kind = REPLY;
    return (long)available;
}

static const uint8_t *event(const struct reply *reply, size_t *length)
{
    *length = reply->length;
    return reply->body;
}

const struct wire wire_topics = {
    .name = "topics",
    .read = read_topics,
    .subscribe = subscribe,
    .publish = publish,
    .event = event,
};
