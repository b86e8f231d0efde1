#include "connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "fail.h"
#include "poll.h"
#include "websocket.h"

#define READ_BYTES (256 * 1024)
/* A client address has some 28,000 ports. */
#define CONNECTIONS_PER_ADDRESS 5000

static uint8_t input[READ_BYTES];

static int connect_socket(uint32_t index)
{
    struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002 + index / CONNECTIONS_PER_ADDRESS) };
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)options.port) };
    int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        fail_call("socket");
    if (inet_pton(AF_INET, options.host, &to.sin_addr) != 1)
        fail("--host is an IPv4 address");
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    if (ntohl(to.sin_addr.s_addr) >> 24 == 127 && bind(fd, (struct sockaddr *)&from, sizeof from) < 0)
        fail_call("bind");
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
        fail_call("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
}

static void upgrade(struct connection *connection)
{
    uint8_t answer[4096];
    size_t got = 0;

    websocket_upgrade(&connection->out, options.path, options.protocol);
    connection_send(connection);
    for (;;) {
        ssize_t count = recv(connection->fd, answer + got, sizeof answer - got, 0);
        if (count <= 0)
            fail("the connection ended while the WebSocket was opened");
        got += (size_t)count;
        size_t used = websocket_upgraded(answer, got);
        if (used == 0)
            continue;
        bytes_add(&connection->kept, answer + used, got - used);
        return;
    }
}

void connection_open(struct connection *connection, const struct wire *wire, uint32_t index)
{
    static struct bytes batch;

    connection->index = index;
    connection->fd = connect_socket(index);
    if (options.path)
        upgrade(connection);
    if (!wire->hello)
        return;
    wire->hello(&batch);
    connection_add(connection, &batch);
    connection_ask(connection, wire, 1);
}

void connection_add(struct connection *connection, struct bytes *batch)
{
    if (options.path)
        websocket_message(&connection->out, batch->at, batch->length);
    else
        bytes_add(&connection->out, batch->at, batch->length);
    batch->length = 0;
}

void connection_send(struct connection *connection)
{
    struct bytes *out = &connection->out;

    while (connection->sent < out->length) {
        ssize_t count = send(connection->fd, out->at + connection->sent, out->length - connection->sent,
                             MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno != EAGAIN)
            fail_call("send");
        if (count < 0) {
            poll_writable(connection, true);
            return;
        }
        connection->sent += (size_t)count;
    }
    connection->sent = 0;
    out->length = 0;
    if (connection->waits_writable)
        poll_writable(connection, false);
}

/* Hands on the packets in `at`; returns how many bytes they had. */
static size_t read_packets(struct connection *connection, const struct wire *wire, on_reply *handler, const uint8_t *at,
                           size_t available)
{
    size_t used = 0;

    while (used < available) {
        struct reply reply = { .kind = REPLY };
        long length = wire->read(at + used, available - used, &reply);
        if (length == MALFORMED)
            fail("bytes came that are no reply");
        if (length == 0)
            break;
        used += (size_t)length;
        if (reply.kind != NOTHING)
            handler(connection, &reply);
    }
    return used;
}

static size_t read_all(struct connection *connection, const struct wire *wire, on_reply *handler, const uint8_t *at,
                       size_t available)
{
    size_t used = 0, frame;

    if (!options.path)
        return read_packets(connection, wire, handler, at, available);
    for (;;) {
        const uint8_t *body;
        size_t length;
        frame = websocket_read(at + used, available - used, &body, &length);
        if (frame == 0)
            return used;
        if (read_packets(connection, wire, handler, body, length) != length)
            fail("a WebSocket message ends inside a packet");
        used += frame;
    }
}

void connection_receive(struct connection *connection, const struct wire *wire, on_reply *handler)
{
    struct bytes *kept = &connection->kept;
    ssize_t count = recv(connection->fd, input, sizeof input, MSG_DONTWAIT);

    if (count == 0)
        fail("the server ended a connection");
    if (count < 0 && errno != EAGAIN && errno != EINTR)
        fail_call("recv");
    if (count <= 0)
        return;
    if (kept->length == 0) {
        size_t used = read_all(connection, wire, handler, input, (size_t)count);
        bytes_add(kept, input + used, (size_t)count - used);
        return;
    }
    bytes_add(kept, input, (size_t)count);
    size_t used = read_all(connection, wire, handler, kept->at, kept->length);
    kept->length -= used;
    memmove(kept->at, kept->at + used, kept->length);
}

static unsigned awaited;

static void count_reply(struct connection *connection, const struct reply *reply)
{
    (void)connection;
    if (reply->kind == REPLY && awaited > 0)
        awaited--;
}

void connection_ask(struct connection *connection, const struct wire *wire, unsigned count)
{
    uint8_t byte;

    connection_send(connection);
    for (awaited = count; awaited > 0;) {
        if (recv(connection->fd, &byte, 1, MSG_PEEK) < 0)
            fail_call("recv");
        connection_receive(connection, wire, count_reply);
    }
}
