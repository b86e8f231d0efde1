/* The older KV wire: four bytes of length, then CmdRequest or CmdResponse. */
#include "wires.h"

static struct bytes message;

static void request(struct bytes *out, const struct call *call, enum operation operation)
{
    message.length = 0;
    bytes_u8(&message, 1 << 3 | 2);
    bytes_u8(&message, KEY_LENGTH);
    add_key(&message, call->key);
    if (operation == SET) {
        bytes_u8(&message, 2 << 3 | 2);
        bytes_varint(&message, options.value_bytes);
        add_value(&message, call->key);
        /* Its clients always say this. */
        bytes_u8(&message, 3 << 3);
        bytes_varint(&message, 1000);
    }
    size_t start = out->length;
    bytes_u32(out, 0);
    bytes_field(out, operation == SET ? 2 : 1, message.at, message.length);
    size_t length = out->length - start - 4;
    out->at[start + 2] = (uint8_t)(length >> 8);
    out->at[start + 3] = (uint8_t)length;
}

static long read(const uint8_t *at, size_t available, struct reply *reply)
{
    if (available < 4)
        return 0;
    reply->kind = REPLY;
    reply->body = at + 4;
    reply->length = read_u32(at);
    if (reply->length > 1 << 24)
        return MALFORMED;
    return available < 4 + reply->length ? 0 : 4 + (long)reply->length;
}

/* Status 200, the text, and the value, which a set repeats. */
static bool right(const struct reply *reply, const struct call *call, enum operation operation)
{
    static const uint8_t head[] = { 1 << 3, 0xc8, 1, 2 << 3 | 2, 7, 's', 'u', 'c', 'c', 'e', 's', 's', 3 << 3 | 2 };
    const uint8_t *at = reply->body + sizeof head, *end = reply->body + reply->length;

    (void)operation;
    if (reply->length <= sizeof head || memcmp(reply->body, head, sizeof head) != 0)
        return false;
    size_t length = (size_t)read_varint(&at, end);
    return at + length == end && is_value(at, length, call->key);
}

const struct wire wire_kv = {
    .name = "kv",
    .request = request,
    .read = read,
    .right = right,
};
