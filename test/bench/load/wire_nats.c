/* The text protocol of NATS. A subscription is not answered, so a PING goes with it. */
#include "fail.h"
#include "wires.h"

static void hello(struct bytes *out)
{
    bytes_text(out, "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nPING\r\n");
}

static void subscribe(struct bytes *out, uint32_t id, const char *topic)
{
    bytes_text(out, "SUB ");
    bytes_text(out, topic);
    bytes_text(out, " ");
    bytes_decimal(out, id, 1);
    bytes_text(out, "\r\nPING\r\n");
}

static void publish(struct bytes *out, uint32_t id, uint32_t sequence)
{
    (void)id;
    bytes_text(out, "PUB " TOPIC " ");
    bytes_decimal(out, options.value_bytes, 1);
    bytes_text(out, "\r\n");
    add_value(out, sequence);
    bytes_text(out, "\r\n");
}

/* MSG <subject> <subscription> <bytes>, or a line that is answered by nothing. */
static long read(const uint8_t *at, size_t available, struct reply *reply)
{
    const uint8_t *end = memchr(at, '\n', available);

    if (!end)
        return 0;
    long line = end - at + 1;
    switch (at[0]) {
    case 'M':
        reply->kind = EVENT;
        reply->body = at + line;
        reply->length = 0;
        for (const uint8_t *digit = at; digit < end; digit++) {
            if (*digit == ' ')
                reply->length = 0;
            else if (*digit >= '0' && *digit <= '9')
                reply->length = reply->length * 10 + (size_t)(*digit - '0');
        }
        line += (long)reply->length + 2;
        return (size_t)line > available ? 0 : line;
    /* PONG; or PING, which may stay without an answer for some minutes. */
    case 'P':
        reply->kind = at[1] == 'O' ? REPLY : NOTHING;
        return line;
    case 'I':
        reply->kind = NOTHING;
        return line;
    default: fail("nats-server says %.*s", (int)line, (const char *)at);
    }
}

static const uint8_t *event(const struct reply *reply, size_t *length)
{
    *length = reply->length;
    return reply->body;
}

const struct wire wire_nats = {
    .name = "nats",
    .hello = hello,
    .read = read,
    .subscribe = subscribe,
    .publish = publish,
    .event = event,
};
