#include "bytes.h"

#include <stdio.h>
#include <stdlib.h>

#include "fail.h"

uint8_t *bytes_reserve(struct bytes *bytes, size_t count)
{
    if (bytes->length + count > bytes->capacity) {
        bytes->capacity = (bytes->length + count) * 2;
        bytes->at = realloc(bytes->at, bytes->capacity);
        if (!bytes->at)
            fail("out of memory");
    }
    return bytes->at + bytes->length;
}

void bytes_add(struct bytes *bytes, const void *from, size_t count)
{
    memcpy(bytes_reserve(bytes, count), from, count);
    bytes->length += count;
}

void bytes_text(struct bytes *bytes, const char *text)
{
    bytes_add(bytes, text, strlen(text));
}

void bytes_u8(struct bytes *bytes, unsigned value)
{
    *bytes_reserve(bytes, 1) = (uint8_t)value;
    bytes->length++;
}

void bytes_u16(struct bytes *bytes, unsigned value)
{
    bytes_u8(bytes, value >> 8);
    bytes_u8(bytes, value);
}

void bytes_u32(struct bytes *bytes, uint32_t value)
{
    uint8_t *at = bytes_reserve(bytes, 4);

    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
    bytes->length += 4;
}

void bytes_varint(struct bytes *bytes, uint64_t value)
{
    for (; value >= 128; value >>= 7)
        bytes_u8(bytes, (unsigned)(value & 127) | 128);
    bytes_u8(bytes, (unsigned)value);
}

void bytes_decimal(struct bytes *bytes, uint32_t value, int width)
{
    char digits[10];
    int count = 0;

    do
        digits[count++] = (char)('0' + value % 10);
    while ((value /= 10) > 0 || count < width);
    uint8_t *at = bytes_reserve(bytes, (size_t)count);
    for (int i = 0; i < count; i++)
        at[i] = (uint8_t)digits[count - 1 - i];
    bytes->length += (size_t)count;
}

void bytes_field(struct bytes *bytes, unsigned number, const void *from, size_t count)
{
    bytes_varint(bytes, (uint64_t)number << 3 | 2);
    bytes_varint(bytes, count);
    bytes_add(bytes, from, count);
}

void bytes_hex(struct bytes *bytes, const char *text)
{
    unsigned value;

    for (; *text; text += 2) {
        if (sscanf(text, "%2x", &value) != 1 || !text[1])
            fail("not hexadecimal");
        bytes_u8(bytes, value);
    }
}

uint64_t read_varint(const uint8_t **at, const uint8_t *end)
{
    uint64_t value = 0;

    for (int shift = 0; *at < end && shift < 64; shift += 7) {
        uint8_t byte = *(*at)++;
        value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return value;
    }
    return 0;
}
