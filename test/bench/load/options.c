#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"

struct options options = {
    .host = "127.0.0.1",
    .mode = "calls",
    .connections = 1,
    .depth = 1,
    .keys = 1000,
    .value_bytes = 32,
    .warmup_seconds = 0.5,
    .seconds = 1,
};

static const struct option names[] = {
    { "host", required_argument, NULL, 'a' },
    { "port", required_argument, NULL, 'p' },
    { "path", required_argument, NULL, 'u' },
    { "protocol", required_argument, NULL, 'P' },
    { "wire", required_argument, NULL, 'w' },
    { "mode", required_argument, NULL, 'm' },
    { "operation", required_argument, NULL, 'o' },
    { "connections", required_argument, NULL, 'n' },
    { "depth", required_argument, NULL, 'd' },
    { "per-frame", required_argument, NULL, 'f' },
    { "keys", required_argument, NULL, 'k' },
    { "value-bytes", required_argument, NULL, 'v' },
    { "extra-topics", required_argument, NULL, 'x' },
    { "warmup", required_argument, NULL, 'W' },
    { "seconds", required_argument, NULL, 't' },
    { "messages", required_argument, NULL, 'M' },
    { "server-pid", required_argument, NULL, 'S' },
    { "request", required_argument, NULL, 'q' },
    { "reply", required_argument, NULL, 'r' },
    { "hello", required_argument, NULL, 'H' },
    { 0 },
};

static enum operation operation_of(const char *name)
{
    if (!strcmp(name, "echo"))
        return ECHO;
    if (!strcmp(name, "get"))
        return GET;
    if (!strcmp(name, "set"))
        return SET;
    fail("--operation is echo, get or set");
}

static unsigned whole(const char *text, unsigned least)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (*end || value < least || value > 100000000)
        fail("%s: a whole number from %u on is needed", text, least);
    return (unsigned)value;
}

void read_options(int count, char **arguments)
{
    int name;

    while ((name = getopt_long_only(count, arguments, "", names, NULL)) != -1) {
        switch (name) {
        case 'a': options.host = optarg; break;
        case 'p': options.port = (int)whole(optarg, 1); break;
        case 'u': options.path = optarg; break;
        case 'P': options.protocol = optarg; break;
        case 'w': options.wire = optarg; break;
        case 'm': options.mode = optarg; break;
        case 'o': options.operation = operation_of(optarg); break;
        case 'n': options.connections = whole(optarg, 1); break;
        case 'd': options.depth = whole(optarg, 1); break;
        case 'f': options.per_frame = whole(optarg, 0); break;
        case 'k': options.keys = whole(optarg, 1); break;
        case 'v': options.value_bytes = whole(optarg, 8); break;
        case 'x': options.extra_topics = whole(optarg, 0); break;
        case 'W': options.warmup_seconds = atof(optarg); break;
        case 't': options.seconds = atof(optarg); break;
        case 'M': options.messages = whole(optarg, 1); break;
        case 'S': options.server_pid = atol(optarg); break;
        case 'q': options.request_hex = optarg; break;
        case 'r': options.reply_hex = optarg; break;
        case 'H': options.hello_hex = optarg; break;
        default: fail("see test/bench/README.md for the options");
        }
    }
    if (optind < count)
        fail("%s: not an option", arguments[optind]);
    if (!options.wire || !options.port)
        fail("--wire and --port are needed");
    if (options.value_bytes > 4096)
        fail("--value-bytes is at most 4096");
}
