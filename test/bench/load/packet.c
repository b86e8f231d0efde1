#include "packet.h"

#include "fail.h"

enum { ONE_WAY, REQUEST, RESPONSE };
enum { FLAG_ROUTE = 4, FLAG_MORE = 8 };
enum { HEADER = 16, ROUTE = 2 };

void packet_request(struct bytes *out, unsigned service, uint32_t id, unsigned method, uint32_t payload_length)
{
    bytes_u8(out, 1);
    bytes_u8(out, 0);
    bytes_u8(out, REQUEST);
    bytes_u8(out, service);
    bytes_u32(out, id);
    bytes_u16(out, method ? ROUTE : 0);
    bytes_u32(out, payload_length);
    bytes_u16(out, method ? FLAG_ROUTE : 0);
    if (method) {
        bytes_u8(out, 1 << 3);
        bytes_u8(out, method);
    }
}

long packet_read(const uint8_t *at, size_t available, struct reply *reply)
{
    if (available < HEADER)
        return 0;
    unsigned ext_length = (unsigned)at[8] << 8 | at[9];
    size_t length = HEADER + ext_length + read_u32(at + 10);
    if (at[0] != 1 || at[1] != 0 || length > 1 << 24)
        return MALFORMED;
    if (available < length)
        return 0;
    reply->body = at + HEADER + ext_length;
    reply->length = length - HEADER - ext_length;
    reply->id = read_u32(at + 4);
    reply->kind = at[2] == ONE_WAY ? EVENT : REPLY;
    if (at[2] == RESPONSE && at[15] & FLAG_ROUTE && !(at[15] & FLAG_MORE))
        fail("a call failed: %.*s", (int)reply->length, (const char *)reply->body);
    return (long)length;
}
