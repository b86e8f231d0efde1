// Bare uWebSockets.js: a message comes back as it is, or with the argument "topics" goes to all that
// sent "S" and a topic.
import { App, us_socket_local_port } from 'uWebSockets.js';
import { ready } from './ready.js';

const SUBSCRIBE = 'S'.charCodeAt(0);
const TOPIC = 'ticks';
const text = new TextDecoder();
const topics = process.argv[2] === 'topics';
const app = App();
const options = { compression: 0, idleTimeout: 0, maxBackpressure: 64 << 20, maxPayloadLength: 1 << 20 };
if (topics) {
  app.ws('/*', {
    ...options,
    message(socket, message, isBinary) {
      if (new Uint8Array(message)[0] !== SUBSCRIBE) {
        app.publish(TOPIC, message, isBinary);
        return;
      }
      socket.subscribe(text.decode(message).slice(1));
      socket.send(message, isBinary);
    },
  });
} else {
  app.ws('/*', {
    ...options,
    message(socket, message, isBinary) {
      socket.send(message, isBinary);
    },
  });
}
app.listen('127.0.0.1', 0, (socket) => {
  if (socket === false) process.exit(1);
  ready({ ws: us_socket_local_port(socket) });
});
