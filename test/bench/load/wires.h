/* The wires that there are. */
#ifndef WIRES_H
#define WIRES_H
#include "wire.h"

extern const struct wire wire_echo, wire_topics, wire_framed, wire_native, wire_kv, wire_redis, wire_nats,
    wire_msgtrans, wire_exact;
#endif
