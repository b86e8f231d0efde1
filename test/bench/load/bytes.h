/* A growing buffer, and numbers in the forms that wires use. */
#ifndef BYTES_H
#define BYTES_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    uint8_t *at;
    size_t length, capacity;
};

/* Room for `count` more bytes; the length stays. */
uint8_t *bytes_reserve(struct bytes *bytes, size_t count);
void bytes_add(struct bytes *bytes, const void *from, size_t count);
void bytes_text(struct bytes *bytes, const char *text);
void bytes_u8(struct bytes *bytes, unsigned value);
void bytes_u16(struct bytes *bytes, unsigned value);
void bytes_u32(struct bytes *bytes, uint32_t value);
void bytes_varint(struct bytes *bytes, uint64_t value);
/* A decimal number, with zeros in front up to `width` digits. */
void bytes_decimal(struct bytes *bytes, uint32_t value, int width);
/* A protobuf field that is length-delimited. */
void bytes_field(struct bytes *bytes, unsigned number, const void *from, size_t count);
/* Hexadecimal text; ends the program when it is none. */
void bytes_hex(struct bytes *bytes, const char *text);

static inline uint32_t read_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Moves `at` over a varint; 0 when it does not end before `end`, too. */
uint64_t read_varint(const uint8_t **at, const uint8_t *end);
#endif
