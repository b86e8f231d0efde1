/* MsgTrans: packets without a Route; a request comes back as it is. */
#include "packet.h"
#include "wires.h"

static void request(struct bytes *out, const struct call *call, enum operation operation)
{
    (void)operation;
    packet_request(out, 0, call->id, 0, options.value_bytes);
    add_value(out, echo_mark(call));
}

static bool right(const struct reply *reply, const struct call *call, enum operation operation)
{
    (void)operation;
    return reply->kind == REPLY && is_value(reply->body, reply->length, echo_mark(call));
}

const struct wire wire_msgtrans = {
    .name = "msgtrans",
    .has_ids = true,
    .request = request,
    .read = packet_read,
    .right = right,
};
