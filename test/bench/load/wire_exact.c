/* A request and its reply that are given as bytes, for wires whose messages others encode. */
#include "fail.h"
#include "wires.h"

static const struct bytes *given(struct bytes *bytes, const char *hex)
{
    if (bytes->length == 0) {
        if (!hex)
            fail("the wire exact needs --request and --reply");
        bytes_hex(bytes, hex);
    }
    return bytes;
}

static void request(struct bytes *out, const struct call *call, enum operation operation)
{
    static struct bytes bytes;
    const struct bytes *wanted = given(&bytes, options.request_hex);

    (void)call;
    (void)operation;
    bytes_add(out, wanted->at, wanted->length);
}

static long read(const uint8_t *at, size_t available, struct reply *reply)
{
    static struct bytes bytes;
    const struct bytes *wanted = given(&bytes, options.reply_hex);

    if (available < wanted->length)
        return 0;
    reply->kind = REPLY;
    return memcmp(at, wanted->at, wanted->length) == 0 ? (long)wanted->length : MALFORMED;
}

static bool right(const struct reply *reply, const struct call *call, enum operation operation)
{
    (void)reply;
    (void)call;
    (void)operation;
    return true;
}

const struct wire wire_exact = {
    .name = "exact",
    .request = request,
    .read = read,
    .right = right,
};
