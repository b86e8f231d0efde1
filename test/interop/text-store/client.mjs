// A client of the text store on the `ws` package. It says what it saw; a test compares that with transcript.txt.
// Usage: client.mjs URL [CA [CERTIFICATE KEY]]

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';

const [url, ...files] = process.argv.slice(2);
const [ca, cert, key] = files.map((path) => readFileSync(path));

const MESSAGES = [
  'STORE:name:Station 1',
  'READ:name',
  'STORE:station:CS001:Online',
  'READ:station:CS001',
  'READ:station',
  'READ:never stored',
  'STORE::of the empty key',
  'READ:',
  'STORE:empty:',
  'READ:empty',
  'STORE:only one colon',
  'STORE:',
  'store:k:v',
  'Grüße, 充电站 😀\n\0"',
  '',
  Buffer.alloc(0),
  Buffer.from([0, 0xff, 0x80]),
];

const say = (text) => process.stdout.write(`${text}\n`);
const shown = (data) => (typeof data === 'string' ? JSON.stringify(data) : `<${data.toString('hex')}>`);

async function connect(path, protocols = []) {
  const socket = new WebSocket(`${url}${path}`, protocols, { ca, cert, key });
  const waiting = [];
  const replies = [];
  socket.on('message', (data, isBinary) => {
    const reply = isBinary ? data : data.toString();
    const next = waiting.shift();
    if (next === undefined) replies.push(reply);
    else next(reply);
  });
  await once(socket, 'open');
  const receive = () => replies.shift() ?? new Promise((resolve) => waiting.push(resolve));
  return { socket, receive };
}

async function converse() {
  const { socket, receive } = await connect('/ocpp/CS%7C001', ['ocpp1.6', 'ocpp2.0.1']);
  say(`open ${socket.protocol}`);
  for (const message of MESSAGES) {
    socket.send(message);
    say(`> ${shown(message)}`);
    say(`< ${shown(await receive())}`);
  }
  for (let n = 0; n < 200; n += 2) {
    socket.send(`STORE:k:${n}`);
    socket.send('READ:k');
  }
  let inOrder = 0;
  for (let n = 0; n < 200; n += 2) {
    const stored = await receive();
    const found = await receive();
    if (stored === `STORED:k:${n}` && found === `DATA:k:${n}`) inOrder += 2;
  }
  say(`burst: ${inOrder} replies in order`);
  const long = 'é'.repeat(200_000);
  socket.send(long);
  say(`long: ${(await receive()) === `Echo: ${long}`}`);
  const pong = once(socket, 'pong');
  socket.ping('alive');
  await pong;
  say('pong');
  socket.close(1000);
  const [code] = await once(socket, 'close');
  say(`closed ${code}`);
}

async function read(path, before) {
  const { socket, receive } = await connect(path);
  for (const message of [...before, 'READ:name']) {
    socket.send(message);
    say(`${path} ${shown(await receive())}`);
  }
  socket.close(1000);
  await once(socket, 'close');
}

try {
  await converse();
  await read('/ocpp/CS%7C001', []);
  await read('/ocpp/', ['STORE:name:nobody']);
  await read('/ocpp/', []);
} catch {
  say('refused');
}
