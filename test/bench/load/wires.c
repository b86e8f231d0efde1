#include "wires.h"

#include "fail.h"

static const struct wire *const wires[] = {
    &wire_echo, &wire_topics, &wire_framed, &wire_native,
    &wire_kv,   &wire_redis,  &wire_nats,   &wire_msgtrans, &wire_exact,
};

const struct wire *find_wire(void)
{
    for (size_t i = 0; i < sizeof wires / sizeof *wires; i++)
        if (!strcmp(wires[i]->name, options.wire))
            return wires[i];
    fail("no wire is called %s", options.wire);
}
