// Socket.IO over WebSocket: an event is acknowledged with what it carries. Argument: path of the package.
import { ready } from './ready.js';

interface SocketIo {
  Server: new (
    options: object,
  ) => {
    on(
      event: 'connection',
      run: (socket: {
        on(event: string, run: (payload: Buffer, acknowledge: (payload: Buffer) => void) => void): void;
      }) => void,
    ): void;
    listen(port: number): {
      httpServer: { address(): { port: number }; once(event: 'listening', run: () => void): void };
    };
  };
}

const { Server } = ((await import(process.argv[2] as string)) as { default: SocketIo }).default;
const server = new Server({ transports: ['websocket'], perMessageDeflate: false, serveClient: false });
server.on('connection', (socket) => socket.on('echo', (payload, acknowledge) => acknowledge(payload)));
const { httpServer } = server.listen(0);
if (httpServer.address() === null) await new Promise<void>((resolve) => httpServer.once('listening', resolve));
ready({ http: httpServer.address().port });
