// Messages of 32 bytes on one stream of @matrixai/quic: port, server's process, messages in flight, seconds.
import { webcrypto } from 'node:crypto';
import { QUICClient } from '@matrixai/quic';
import { measureCalls } from './measure-calls.js';

const MESSAGE_BYTES = 32;
/** It is known to stop for ever under load. */
const SILENCE_MS = 5_000;

const [port, serverPid, inFlight, seconds] = process.argv.slice(2);
const client = await QUICClient.createQUICClient({
  host: '127.0.0.1',
  port: Number(port),
  config: { verifyPeer: false, maxIdleTimeout: 60_000 },
  crypto: {
    ops: {
      randomBytes: async (data) => {
        webcrypto.getRandomValues(new Uint8Array(data));
      },
    },
  },
});
const stream = client.connection.newStream();
const writer = stream.writable.getWriter();
const waiting: (() => void)[] = [];
const watchdog = setTimeout(() => {
  process.stderr.write(`no reply for ${SILENCE_MS / 1000} s\n`);
  process.exit(1);
}, SILENCE_MS);

/** A stream keeps the order, so that replies need no number. */
async function read(): Promise<never> {
  let rest = 0;
  for (const reader = stream.readable.getReader(); ; ) {
    const { value, done } = await reader.read();
    if (done) throw new Error('the stream has ended');
    watchdog.refresh();
    if (value.some((byte) => byte !== 97)) throw new Error('a reply is wrong');
    rest += value.length;
    for (; rest >= MESSAGE_BYTES; rest -= MESSAGE_BYTES) waiting.shift()?.();
  }
}

const failed = read();
failed.catch((thrown) => {
  process.stderr.write(`${String(thrown)}\n`);
  process.exit(1);
});
const payload = new Uint8Array(MESSAGE_BYTES).fill(97);
await measureCalls(
  () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      void writer.write(payload);
    }),
  { inFlight: Number(inFlight), seconds: Number(seconds), serverPid: Number(serverPid) },
);
process.exit(0);
