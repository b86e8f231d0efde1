/* Packets: 16 bytes of header, an extension header, a payload. */
#ifndef PACKET_H
#define PACKET_H
#include "wire.h"

/* Appends the header of a request, and the Route that names its method (0: there is none). The payload has to follow. */
void packet_request(struct bytes *out, unsigned service, uint32_t id, unsigned method, uint32_t payload_length);
/* `read` of a wire of packets; a call that failed ends the program. */
long packet_read(const uint8_t *at, size_t available, struct reply *reply);
#endif
