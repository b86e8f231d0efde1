// Puts of lmdb-js with the options of our store: directory, puts in flight, seconds.
import { open } from 'lmdb';
import { measureCalls } from './measure-calls.js';

const [path = '', inFlight, seconds] = process.argv.slice(2);
const KEYS = 100_000;
const value = Buffer.alloc(32, 97);
const database = open<Buffer, Buffer>({
  path,
  noSubdir: false,
  overlappingSync: false,
  eventTurnBatching: false,
  encoding: 'binary',
  keyEncoding: 'binary',
});
await measureCalls(
  () => database.put(Buffer.from(`key:${String(Math.floor(Math.random() * KEYS)).padStart(8, '0')}`), value),
  { inFlight: Number(inFlight), seconds: Number(seconds) },
);
process.exit(0);
