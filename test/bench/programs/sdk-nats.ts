// Request and reply of the package nats, both ends in this process: path of the package, port, server's
// process, calls in flight, seconds.
import { measureCalls } from './measure-calls.js';

interface Nats {
  connect(options: { port: number }): Promise<{
    request(subject: string, payload: Uint8Array): Promise<{ data: Uint8Array }>;
    subscribe(
      subject: string,
      options: { callback(error: unknown, message: { data: Uint8Array; respond(data: Uint8Array): void }): void },
    ): void;
    flush(): Promise<void>;
  }>;
}

const [path = '', port, serverPid, inFlight, seconds] = process.argv.slice(2);
const { connect } = ((await import(path)) as { default: Nats }).default;
const responder = await connect({ port: Number(port) });
responder.subscribe('echo', { callback: (_, message) => message.respond(message.data) });
await responder.flush();
const requester = await connect({ port: Number(port) });
const payload = new Uint8Array(32).fill(97);
await measureCalls(
  async () => {
    const { data } = await requester.request('echo', payload);
    if (data.length !== payload.length) throw new Error('a reply is wrong');
  },
  { inFlight: Number(inFlight), seconds: Number(seconds), serverPid: Number(serverPid) },
);
process.exit(0);
