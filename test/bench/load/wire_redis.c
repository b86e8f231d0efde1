/* RESP 2: GET, SET, SUBSCRIBE and PUBLISH. */
#include "fail.h"
#include "wires.h"

static void add_part(struct bytes *out, size_t length)
{
    bytes_text(out, "$");
    bytes_decimal(out, (uint32_t)length, 1);
    bytes_text(out, "\r\n");
}

static void add_text(struct bytes *out, const char *text)
{
    add_part(out, strlen(text));
    bytes_text(out, text);
    bytes_text(out, "\r\n");
}

static void add_value_part(struct bytes *out, uint32_t mark)
{
    add_part(out, options.value_bytes);
    add_value(out, mark);
    bytes_text(out, "\r\n");
}

static void request(struct bytes *out, const struct call *call, enum operation operation)
{
    bytes_text(out, operation == SET ? "*3\r\n$3\r\nSET\r\n" : "*2\r\n$3\r\nGET\r\n");
    add_part(out, KEY_LENGTH);
    add_key(out, call->key);
    bytes_text(out, "\r\n");
    if (operation == SET)
        add_value_part(out, call->key);
}

/* The number of a line such as $32, and the length of the line; 0 when it is not whole. */
static long read_line(const uint8_t *at, size_t available, long *value)
{
    size_t end = 1;
    bool negative = available > 1 && at[1] == '-';

    *value = 0;
    while (end < available && at[end] != '\n') {
        if (at[end] >= '0' && at[end] <= '9')
            *value = *value * 10 + (at[end] - '0');
        end++;
    }
    if (negative)
        *value = -*value;
    return end < available ? (long)end + 1 : 0;
}

static long read_bulk(const uint8_t *at, size_t available, struct reply *reply)
{
    long value, line = read_line(at, available, &value);

    if (!line)
        return 0;
    reply->body = at + line;
    reply->length = value > 0 ? (size_t)value : 0;
    if (value < 0)
        return line;
    return (size_t)(line + value + 2) > available ? 0 : line + value + 2;
}

/* An array's last part is its value: the payload of a message, or the count of a subscription. */
static long read_array(const uint8_t *at, size_t available, struct reply *reply)
{
    long parts, used = read_line(at, available, &parts);

    reply->kind = EVENT;
    for (; used && parts > 0; parts--) {
        long value, step = 0;
        if ((size_t)used < available && at[used] == ':') {
            reply->kind = REPLY;
            step = read_line(at + used, available - (size_t)used, &value);
        } else if ((size_t)used < available) {
            step = read_bulk(at + used, available - (size_t)used, reply);
        }
        if (!step)
            return 0;
        used += step;
    }
    return used;
}

static long read(const uint8_t *at, size_t available, struct reply *reply)
{
    long value;

    if (available == 0)
        return 0;
    reply->kind = REPLY;
    reply->body = at;
    reply->length = available;
    switch (at[0]) {
    case '+':
    case ':': return read_line(at, available, &value);
    case '$': return read_bulk(at, available, reply);
    case '*': return read_array(at, available, reply);
    default: fail("redis says %.*s", (int)(available < 80 ? available : 80), (const char *)at);
    }
}

static bool right(const struct reply *reply, const struct call *call, enum operation operation)
{
    if (operation == SET)
        return reply->length >= 5 && !memcmp(reply->body, "+OK\r\n", 5);
    return is_value(reply->body, reply->length, call->key);
}

static void subscribe(struct bytes *out, uint32_t id, const char *topic)
{
    (void)id;
    bytes_text(out, "*2\r\n");
    add_text(out, "SUBSCRIBE");
    add_text(out, topic);
}

static void publish(struct bytes *out, uint32_t id, uint32_t sequence)
{
    (void)id;
    bytes_text(out, "*3\r\n");
    add_text(out, "PUBLISH");
    add_text(out, TOPIC);
    add_value_part(out, sequence);
}

static const uint8_t *event(const struct reply *reply, size_t *length)
{
    *length = reply->length;
    return reply->body;
}

const struct wire wire_redis = {
    .name = "redis",
    .answers_publish = true,
    .request = request,
    .read = read,
    .right = right,
    .subscribe = subscribe,
    .publish = publish,
    .event = event,
};
