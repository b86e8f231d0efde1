#include "calls.h"

#include <stdlib.h>

#include "cpu_time.h"
#include "fail.h"
#include "measure.h"
#include "poll.h"

#define FILL_DEPTH 64

static const struct wire *wire;
static enum operation operation;
static unsigned depth;
/* Of the keys that are written before the measurement; -1: random keys. */
static int64_t next_key = -1;

static uint32_t random_key(void)
{
    static uint64_t state = 0x9e3779b97f4a7c15;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 32) % options.keys);
}

/* Writes a burst of requests in one piece. */
static void send_burst(struct connection *connection)
{
    static struct bytes batch;
    unsigned in_frame = 0;

    for (unsigned i = 0; i < depth; i++) {
        struct call *call = &connection->calls[i];
        call->connection = connection->index;
        call->id = i + 1;
        call->sequence = connection->sequence++;
        call->key = next_key < 0 ? random_key() : (uint32_t)(next_key++ % options.keys);
        call->open = true;
        wire->request(&batch, call, operation);
        if (++in_frame == options.per_frame) {
            connection_add(connection, &batch);
            in_frame = 0;
        }
    }
    if (in_frame > 0)
        connection_add(connection, &batch);
    connection->oldest = 0;
    connection->outstanding = depth;
    connection->sent_at_ns = now_ns();
    connection_send(connection);
}

static uint64_t received_at_ns;

static void on_call_reply(struct connection *connection, const struct reply *reply)
{
    uint32_t place = wire->has_ids ? reply->id - 1 : connection->oldest++;

    if (place >= depth || !connection->calls[place].open)
        fail("a reply came that nobody waits for");
    connection->calls[place].open = false;
    if (!wire->right(reply, &connection->calls[place], operation))
        fail("a reply is wrong: %.*s", (int)reply->length, (const char *)reply->body);
    connection->outstanding--;
    measurement.seen++;
    if (!measurement.counts)
        return;
    measurement.messages++;
    histogram_add(&measurement.times, received_at_ns - connection->sent_at_ns, 1);
}

static void on_readable(struct connection *connection)
{
    received_at_ns = now_ns();
    connection_receive(connection, wire, on_call_reply);
    if (connection->outstanding == 0 && (next_key < 0 || next_key < options.keys))
        send_burst(connection);
}

/* Writes every key once, so that every get finds its value. */
static void fill(struct connection *connection)
{
    next_key = 0;
    operation = SET;
    depth = FILL_DEPTH;
    send_burst(connection);
    while (connection->outstanding > 0)
        poll_once(on_readable);
    next_key = -1;
}

void run_calls(const struct wire *with)
{
    unsigned most = options.depth > FILL_DEPTH ? options.depth : FILL_DEPTH;
    struct connection *connections = calloc(options.connections, sizeof *connections);

    wire = with;
    if (!wire->request || (options.operation == GET && !wire->right))
        fail("the wire %s has no calls", wire->name);
    for (unsigned i = 0; i < options.connections; i++) {
        connections[i].calls = calloc(i == 0 ? most : options.depth, sizeof(struct call));
        connection_open(&connections[i], wire, i);
        poll_add(&connections[i]);
    }
    if (options.operation == GET)
        fill(&connections[0]);
    depth = options.depth;
    operation = options.operation;
    for (unsigned i = 0; i < options.connections; i++)
        send_burst(&connections[i]);
    measure_begin();
    while (measure_goes_on())
        poll_once(on_readable);
    measure_report();
}
