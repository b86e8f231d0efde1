// The package ws, as it is installed: a message comes back as it is.
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { ready } from './ready.js';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, backlog: 4096 });
server.on('connection', (socket) =>
  socket.on('message', (message, isBinary) => socket.send(message, { binary: isBinary })),
);
server.on('listening', () => ready({ ws: (server.address() as AddressInfo).port }));
