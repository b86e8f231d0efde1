/* What the load generator has to know of a wire: how requests look and what replies say. */
#ifndef WIRE_H
#define WIRE_H
#include <stdbool.h>
#include <stdint.h>

#include "bytes.h"
#include "options.h"

/* A request that waits for its reply. */
struct call {
    uint32_t connection;
    /* Its number on the wire, from 1 on; at most one call of a connection has it. */
    uint32_t id;
    uint32_t sequence;
    uint32_t key;
    bool open;
};

enum reply_kind { REPLY, EVENT, NOTHING };

/* What `read` found. `body` points into the bytes that were read. */
struct reply {
    enum reply_kind kind;
    /* Of the call, on a wire that says it. */
    uint32_t id;
    const uint8_t *body;
    size_t length;
};

/* The bytes are no reply. */
#define MALFORMED (-1)

struct wire {
    const char *name;
    /* Replies say to which call they belong; without it they come in order. */
    bool has_ids;
    /* A publish is answered. */
    bool answers_publish;
    /* Appends the first words on a connection, which one reply follows. NULL: there are none. */
    void (*hello)(struct bytes *out);
    void (*request)(struct bytes *out, const struct call *call, enum operation operation);
    /* The length of the reply or event at `at`, 0 when more bytes are needed, or MALFORMED. */
    long (*read)(const uint8_t *at, size_t available, struct reply *reply);
    /* Is this the right reply of a call? */
    bool (*right)(const struct reply *reply, const struct call *call, enum operation operation);
    /* Appends a subscription, which one reply follows. */
    void (*subscribe)(struct bytes *out, uint32_t id, const char *topic);
    void (*publish)(struct bytes *out, uint32_t id, uint32_t sequence);
    /* The value of an event. */
    const uint8_t *(*event)(const struct reply *reply, size_t *length);
};

/* The wire that the options name. */
const struct wire *find_wire(void);

#define TOPIC "ticks"

/* Appends a value that says whose it is: `mark` in eight digits, then filler. */
void add_value(struct bytes *out, uint32_t mark);
bool is_value(const uint8_t *at, size_t length, uint32_t mark);
/* The mark of a value; ends the program when it is none. */
uint32_t mark_of(const uint8_t *at, size_t length);
/* What an echo of a call carries. */
uint32_t echo_mark(const struct call *call);

#define KEY_LENGTH 12
void add_key(struct bytes *out, uint32_t key);
#endif
