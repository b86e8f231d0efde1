// Unary calls of the SDK on one connection: URL, server's process, calls in flight, seconds.
import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { connect } from '@polywire/sdk';
import { measureCalls } from './measure-calls.js';

const [url = '', serverPid, inFlight, seconds] = process.argv.slice(2);
// The bench's server has a certificate of its own making.
const client = await connect(url, url.startsWith('quic:') ? { tls: { insecure: true } } : {});
const service = client.use(ConformanceService);
const payload = new Uint8Array(32).fill(97);
await measureCalls(
  async () => {
    const reply = await service.unary({ payload });
    if (reply.payload.length !== payload.length) throw new Error('a reply is wrong');
  },
  { inFlight: Number(inFlight), seconds: Number(seconds), serverPid: Number(serverPid) },
);
process.exit(0);
