/* WebSocket as a client speaks it. */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/* Appends the request that opens a WebSocket. */
void websocket_upgrade(struct bytes *out, const char *path, const char *protocol);
/* The length of the answer to it, 0 when it is not whole; ends the program when it is a refusal. */
size_t websocket_upgraded(const uint8_t *at, size_t available);
/* Appends a binary message. It is masked with zeros, so its bytes stay readable; servers unmask it all the same. */
void websocket_message(struct bytes *out, const uint8_t *at, size_t length);
/* The length of the frame at `at`, 0 when it is not whole. `length` is 0 when it is no message. */
size_t websocket_read(const uint8_t *at, size_t available, const uint8_t **body, size_t *length);
#endif
