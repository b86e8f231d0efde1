// Bare node:net: a stream of frames, each four bytes of length and so many bytes, comes back frame by
// frame, in one write for all that came in one read.
import { type AddressInfo, createServer } from 'node:net';
import { ready } from './ready.js';

const LENGTH_BYTES = 4;

const server = createServer({ noDelay: true }, (socket) => {
  let rest: Buffer | undefined;
  socket.on('error', () => {});
  socket.on('data', (data) => {
    const input = rest === undefined ? data : Buffer.concat([rest, data]);
    const output = Buffer.allocUnsafe(input.length);
    let at = 0;
    while (input.length - at >= LENGTH_BYTES) {
      const length = input.readUInt32BE(at);
      const end = at + LENGTH_BYTES + length;
      if (end > input.length) break;
      output.writeUInt32BE(length, at);
      input.copy(output, at + LENGTH_BYTES, at + LENGTH_BYTES, end);
      at = end;
    }
    rest = at < input.length ? input.subarray(at) : undefined;
    if (at > 0) socket.write(output.subarray(0, at));
  });
});
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () =>
  ready({ tcp: (server.address() as AddressInfo).port }),
);
