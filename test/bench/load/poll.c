#include "poll.h"

#include <errno.h>
#include <sys/epoll.h>

#include "cpu_time.h"
#include "fail.h"

#define MAX_EVENTS 1024
#define WAIT_MS 100
#define STALL_NS 5000000000u

static int epoll = -1;

static void control(struct connection *connection, int what, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.ptr = connection };

    if (epoll < 0)
        epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ctl(epoll, what, connection->fd, &event) < 0)
        fail_call("epoll_ctl");
}

void poll_add(struct connection *connection)
{
    control(connection, EPOLL_CTL_ADD, EPOLLIN);
}

void poll_writable(struct connection *connection, bool wanted)
{
    if (connection->waits_writable == wanted)
        return;
    connection->waits_writable = wanted;
    control(connection, EPOLL_CTL_MOD, wanted ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void poll_once(void (*on_readable)(struct connection *connection))
{
    static struct epoll_event events[MAX_EVENTS];
    static uint64_t last_ns;
    int count = epoll_wait(epoll, events, MAX_EVENTS, WAIT_MS);

    if (count < 0 && errno != EINTR)
        fail_call("epoll_wait");
    if (count > 0 || last_ns == 0)
        last_ns = now_ns();
    else if (now_ns() - last_ns > STALL_NS)
        fail("nothing came for five seconds: a reply or a delivery is lost");
    for (int i = 0; i < count; i++) {
        struct connection *connection = events[i].data.ptr;
        if (events[i].events & EPOLLOUT)
            connection_send(connection);
        if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
            on_readable(connection);
    }
}
