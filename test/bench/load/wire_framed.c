/* Four bytes of length, then so many bytes, which come back. */
#include "wires.h"

static void request(struct bytes *out, const struct call *call, enum operation operation)
{
    (void)operation;
    bytes_u32(out, options.value_bytes);
    add_value(out, echo_mark(call));
}

static long read(const uint8_t *at, size_t available, struct reply *reply)
{
    if (available < 4)
        return 0;
    if (read_u32(at) != options.value_bytes)
        return MALFORMED;
    if (available < 4 + options.value_bytes)
        return 0;
    reply->kind = REPLY;
    reply->body = at + 4;
    reply->length = options.value_bytes;
    return 4 + (long)options.value_bytes;
}

static bool right(const struct reply *reply, const struct call *call, enum operation operation)
{
    (void)operation;
    return is_value(reply->body, reply->length, echo_mark(call));
}

const struct wire wire_framed = {
    .name = "framed",
    .request = request,
    .read = read,
    .right = right,
};
