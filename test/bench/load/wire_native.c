/* The native wire: packets with a Route and a protobuf message. */
#include "fail.h"
#include "packet.h"
#include "wires.h"

enum { SESSION = 1, KV = 3, CONFORMANCE = 250 };
enum { HELLO = 1, KV_GET = 1, KV_SET = 2, KV_PUBLISH = 8, KV_SUBSCRIBE = 9, UNARY = 1 };

static struct bytes message;

/* A request with what is in `message` as its payload. */
static void add_packet(struct bytes *out, unsigned service, uint32_t id, unsigned method)
{
    packet_request(out, service, id, method, (uint32_t)message.length);
    bytes_add(out, message.at, message.length);
    message.length = 0;
}

static void add_value_field(unsigned number)
{
    bytes_varint(&message, number << 3 | 2);
    bytes_varint(&message, options.value_bytes);
}

static void hello(struct bytes *out)
{
    bytes_field(&message, 3, "bench", 5);
    add_packet(out, SESSION, 1, HELLO);
}

static void request(struct bytes *out, const struct call *call, enum operation operation)
{
    if (operation == ECHO) {
        add_value_field(1);
        add_value(&message, echo_mark(call));
        add_packet(out, CONFORMANCE, call->id, UNARY);
        return;
    }
    bytes_u8(&message, 1 << 3 | 2);
    bytes_u8(&message, KEY_LENGTH);
    add_key(&message, call->key);
    if (operation == SET) {
        add_value_field(2);
        add_value(&message, call->key);
    }
    add_packet(out, KV, call->id, operation == SET ? KV_SET : KV_GET);
}

/* The bytes of a length-delimited field that is the message's first; NULL when it is not. */
static const uint8_t *first_field(const uint8_t *at, size_t *length, unsigned number)
{
    const uint8_t *end = at + *length;

    if (at == end || *at++ != (number << 3 | 2))
        return NULL;
    *length = (size_t)read_varint(&at, end);
    return at + *length <= end ? at : NULL;
}

/* A Set is answered with a revision; a Get with found, then the value. */
static bool right(const struct reply *reply, const struct call *call, enum operation operation)
{
    const uint8_t *at = reply->body;
    size_t length = reply->length;

    if (operation == SET) {
        const uint8_t *end = at + length;
        return length > 1 && *at++ == 1 << 3 && read_varint(&at, end) > 0;
    }
    if (operation == GET) {
        if (length < 2 || at[0] != 1 << 3 || at[1] != 1)
            return false;
        at += 2;
        length -= 2;
    }
    at = first_field(at, &length, operation == GET ? 2 : 1);
    return at && is_value(at, length, operation == GET ? call->key : echo_mark(call));
}

static void subscribe(struct bytes *out, uint32_t id, const char *topic)
{
    bytes_field(&message, 1, topic, strlen(topic));
    add_packet(out, KV, id, KV_SUBSCRIBE);
}

static void publish(struct bytes *out, uint32_t id, uint32_t sequence)
{
    bytes_field(&message, 1, TOPIC, strlen(TOPIC));
    add_value_field(2);
    add_value(&message, sequence);
    add_packet(out, KV, id, KV_PUBLISH);
}

/* SubscribeResponse{message: TopicMessage{topic, offset, payload}} */
static const uint8_t *event(const struct reply *reply, size_t *length)
{
    *length = reply->length;
    const uint8_t *at = first_field(reply->body, length, 2);
    if (!at)
        fail("a delivery is not a topic message");
    const uint8_t *end = at + *length;
    while (at < end) {
        unsigned tag = *at++;
        size_t size = (size_t)read_varint(&at, end);
        if (tag == (3 << 3 | 2) && at + size <= end) {
            *length = size;
            return at;
        }
        if ((tag & 7) == 2)
            at += size;
    }
    fail("a delivery has no payload");
}

const struct wire wire_native = {
    .name = "native",
    .has_ids = true,
    .answers_publish = true,
    .hello = hello,
    .request = request,
    .read = packet_read,
    .right = right,
    .subscribe = subscribe,
    .publish = publish,
    .event = event,
};
