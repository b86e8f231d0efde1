/* Keys and values: every one says what it belongs to, so that a reply of another call is noticed. */
#include "fail.h"
#include "wire.h"

#define MARK_DIGITS 8

static const uint8_t *filler(void)
{
    static uint8_t bytes[4096];

    if (!bytes[0])
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)('a' + i % 26);
    return bytes;
}

void add_value(struct bytes *out, uint32_t mark)
{
    bytes_decimal(out, mark % 100000000, MARK_DIGITS);
    bytes_add(out, filler(), options.value_bytes - MARK_DIGITS);
}

uint32_t mark_of(const uint8_t *at, size_t length)
{
    uint32_t mark = 0;

    if (length != options.value_bytes || memcmp(at + MARK_DIGITS, filler(), length - MARK_DIGITS) != 0)
        fail("a value of %zu bytes came that nobody sent", length);
    for (int i = 0; i < MARK_DIGITS; i++)
        mark = mark * 10 + (uint32_t)(at[i] - '0');
    return mark;
}

bool is_value(const uint8_t *at, size_t length, uint32_t mark)
{
    return mark_of(at, length) == mark % 100000000;
}

uint32_t echo_mark(const struct call *call)
{
    return call->connection * 7919 + call->sequence;
}

void add_key(struct bytes *out, uint32_t key)
{
    bytes_text(out, "key:");
    bytes_decimal(out, key, KEY_LENGTH - 4);
}
