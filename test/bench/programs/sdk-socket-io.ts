// emitWithAck of socket.io-client: path of the package, port, server's process, calls in flight, seconds.
import { measureCalls } from './measure-calls.js';

interface SocketIoClient {
  io(
    url: string,
    options: { transports: string[] },
  ): { on(event: 'connect', run: () => void): void; emitWithAck(event: string, payload: Buffer): Promise<Buffer> };
}

const [path = '', port, serverPid, inFlight, seconds] = process.argv.slice(2);
const { io } = ((await import(path)) as { default: SocketIoClient }).default;
const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
await new Promise<void>((resolve) => socket.on('connect', resolve));
const payload = Buffer.alloc(32, 97);
await measureCalls(
  async () => {
    const reply = await socket.emitWithAck('echo', payload);
    if (reply.length !== payload.length) throw new Error('a reply is wrong');
  },
  { inFlight: Number(inFlight), seconds: Number(seconds), serverPid: Number(serverPid) },
);
process.exit(0);
