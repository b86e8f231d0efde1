#include "websocket.h"

#include "fail.h"

void websocket_upgrade(struct bytes *out, const char *path, const char *protocol)
{
    bytes_text(out, "GET ");
    bytes_text(out, path);
    bytes_text(out, " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    if (protocol) {
        bytes_text(out, "Sec-WebSocket-Protocol: ");
        bytes_text(out, protocol);
        bytes_text(out, "\r\n");
    }
    bytes_text(out, "\r\n");
}

size_t websocket_upgraded(const uint8_t *at, size_t available)
{
    const uint8_t *end = memmem(at, available, "\r\n\r\n", 4);

    if (!end)
        return 0;
    if (memcmp(at, "HTTP/1.1 101", 12) != 0)
        fail("no WebSocket: %.*s", (int)(end - at), (const char *)at);
    return (size_t)(end - at) + 4;
}

void websocket_message(struct bytes *out, const uint8_t *at, size_t length)
{
    bytes_u8(out, 0x82);
    if (length < 126) {
        bytes_u8(out, 0x80 | (unsigned)length);
    } else if (length < 65536) {
        bytes_u8(out, 0x80 | 126);
        bytes_u16(out, (unsigned)length);
    } else {
        bytes_u8(out, 0x80 | 127);
        bytes_u32(out, 0);
        bytes_u32(out, (uint32_t)length);
    }
    bytes_u32(out, 0);
    bytes_add(out, at, length);
}

size_t websocket_read(const uint8_t *at, size_t available, const uint8_t **body, size_t *length)
{
    size_t head = 2;

    if (available < head)
        return 0;
    *length = at[1] & 127;
    if (*length == 126)
        head = 4;
    else if (*length == 127)
        head = 10;
    if (available < head)
        return 0;
    if (head == 4)
        *length = (size_t)at[2] << 8 | at[3];
    else if (head == 10)
        *length = read_u32(at + 6);
    if (at[1] & 128 || !(at[0] & 128))
        fail("the server masks its frames or splits a message");
    if (available < head + *length)
        return 0;
    *body = at + head;
    size_t whole = head + *length;
    unsigned opcode = at[0] & 15;
    if (opcode == 8)
        fail("the server closed with code %d: %.*s", *length >= 2 ? at[head] << 8 | at[head + 1] : 0,
             *length > 2 ? (int)*length - 2 : 0, (const char *)*body + 2);
    if (opcode != 1 && opcode != 2)
        *length = 0;
    return whole;
}
