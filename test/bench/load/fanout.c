#include "fanout.h"

#include <stdio.h>
#include <stdlib.h>

#include "cpu_time.h"
#include "fail.h"
#include "measure.h"
#include "poll.h"

#define MIN_WARMUP_NS 1500000000u

static const struct wire *wire;
static struct connection publisher;
static uint64_t missing, published_at_ns, received_at_ns;
static unsigned unanswered, subscribed;

static void publish_burst(void)
{
    static struct bytes batch;
    unsigned in_frame = 0;

    for (unsigned i = 0; i < options.depth; i++) {
        wire->publish(&batch, i + 1, publisher.sequence++);
        if (++in_frame == options.per_frame) {
            connection_add(&publisher, &batch);
            in_frame = 0;
        }
    }
    if (in_frame > 0)
        connection_add(&publisher, &batch);
    missing = (uint64_t)options.depth * subscribed;
    unanswered = wire->answers_publish ? options.depth : 0;
    published_at_ns = now_ns();
    connection_send(&publisher);
}

/* Every subscriber gets every message, in order. */
static void on_delivery(struct connection *subscriber, const struct reply *reply)
{
    size_t length;

    if (reply->kind != EVENT)
        fail("a subscriber got something that is no delivery");
    const uint8_t *value = wire->event(reply, &length);
    if (!is_value(value, length, subscriber->sequence))
        fail("subscriber %u misses message %u: %u came", subscriber->index, subscriber->sequence, mark_of(value, length));
    subscriber->sequence++;
    missing--;
    measurement.seen++;
    if (!measurement.counts)
        return;
    measurement.messages++;
    histogram_add(&measurement.times, received_at_ns - published_at_ns, 1);
}

static void on_publish_reply(struct connection *connection, const struct reply *reply)
{
    (void)connection;
    if (reply->kind == REPLY && unanswered-- == 0)
        fail("the publisher got a reply too many");
}

static void receive(struct connection *connection)
{
    received_at_ns = now_ns();
    connection_receive(connection, wire, connection == &publisher ? on_publish_reply : on_delivery);
}

static void on_readable(struct connection *connection)
{
    receive(connection);
    if (missing > 0 || unanswered > 0)
        return;
    if (measurement.counts)
        histogram_add(&measurement.bursts, now_ns() - published_at_ns, 1);
    publish_burst();
}

static void subscribe(struct connection *connection, uint32_t id, const char *topic)
{
    static struct bytes batch;

    wire->subscribe(&batch, id, topic);
    connection_add(connection, &batch);
    connection_ask(connection, wire, 1);
}

/*
 * A server runs its code once a message and not once a delivery: messages for the first subscriber alone have it compiled,
 * with what it does once a second, which has V8 compile anew what it is part of.
 */
static void warm_up(void)
{
    uint64_t began = now_ns();

    while (now_ns() < began + MIN_WARMUP_NS || (publisher.sequence < WARMUP_MESSAGES && now_ns() < began + MAX_WARMUP_NS)) {
        publish_burst();
        while (missing > 0 || unanswered > 0)
            poll_once(receive);
    }
}

void run_fanout(const struct wire *with)
{
    struct connection *subscribers = calloc(options.connections, sizeof *subscribers);
    char topic[32];

    wire = with;
    if (!wire->publish)
        fail("the wire %s has no topics", wire->name);
    for (unsigned i = 0; i < options.connections; i++) {
        connection_open(&subscribers[i], wire, i);
        poll_add(&subscribers[i]);
    }
    connection_open(&publisher, wire, options.connections);
    poll_add(&publisher);
    for (; subscribed < options.connections; subscribed++) {
        if (subscribed == 1)
            warm_up();
        subscribe(&subscribers[subscribed], 1, TOPIC);
        subscribers[subscribed].sequence = publisher.sequence;
    }
    for (unsigned i = 0; i < options.extra_topics; i++) {
        snprintf(topic, sizeof topic, "quiet.%u", i);
        subscribe(&subscribers[i % options.connections], 2 + i / options.connections, topic);
    }
    publish_burst();
    measure_begin();
    while (measure_goes_on())
        poll_once(on_readable);
    measure_report();
}
