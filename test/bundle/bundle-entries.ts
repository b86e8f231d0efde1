import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../kit/run-cli.js';
import { root } from '../rules/source-files.js';
import { work } from './bundlers.js';

/** What a page may import, and how small that has to be. */
export interface BundleEntry {
  readonly name: string;
  readonly about: string;
  readonly source: string;
  /** Bytes, minified by esbuild and compressed with gzip -9, that it may take at most. */
  readonly maxBytes: number;
}

const kvRequests = ['Get', 'Set', 'Delete', 'Increment', 'Scan', 'Batch', 'Watch', 'Publish', 'Subscribe'];
const bareKv = `import { connect } from '@polywire/sdk/bare';
import { KvServiceCalls } from '@polywire/protocol/polywire.kv.v1';
export const open = async (url) => (await connect(url)).use(KvServiceCalls);
`;
const bare = (service: string, file: string): string =>
  bareKv.replaceAll('KvServiceCalls', `${service}Calls`).replace('polywire.kv.v1', file);
const validators = kvRequests
  .map(
    (name) =>
      `export { validate as validate${name} } from '@polywire/protocol/validators/polywire.kv.v1.${name}Request';\n`,
  )
  .join('');

const once = (service: string, file: string): string =>
  bare(service, file)
    .replace('connect }', 'connectOnce }')
    .replace('connect(', 'connectOnce(')
    .replace('/bare', '/once');

export const bundleEntries: readonly BundleEntry[] = [
  {
    name: 'once',
    about: '`connectOnce` of `@polywire/sdk/once`: one connection',
    source: `export { connectOnce } from '@polywire/sdk/once';\n`,
    maxBytes: 9_260,
  },
  {
    name: 'once-data',
    about: '… and `ClientDataServiceCalls` (5 RPCs)',
    source: once('ClientDataService', 'polywire.data.v1'),
    maxBytes: 9_470,
  },
  {
    name: 'once-kv',
    about: '… and `KvServiceCalls` (9 RPCs)',
    source: once('KvService', 'polywire.kv.v1'),
    maxBytes: 10_430,
  },
  {
    name: 'once-kv-validators',
    about: '… and `KvServiceCalls`, and the JSON validators of its 9 requests',
    source: once('KvService', 'polywire.kv.v1') + validators,
    maxBytes: 15_080,
  },
  {
    name: 'bare',
    about: '`connect` of `@polywire/sdk/bare`: that and the next connection, over and over',
    source: `export { connect } from '@polywire/sdk/bare';\n`,
    maxBytes: 15_770,
  },
  {
    name: 'bare-data',
    about: '… and `ClientDataServiceCalls` (5 RPCs)',
    source: bare('ClientDataService', 'polywire.data.v1'),
    maxBytes: 16_010,
  },
  { name: 'bare-kv', about: '… and `KvServiceCalls` (9 RPCs)', source: bareKv, maxBytes: 16_610 },
  {
    name: 'bare-kv-validators',
    about: '… and `KvServiceCalls`, and the JSON validators of its 9 requests',
    source: bareKv + validators,
    maxBytes: 21_200,
  },
  {
    name: 'full',
    about: '`connect` of `@polywire/sdk`: that and key-value, data, io, locks, workers, serving',
    source: `export { connect } from '@polywire/sdk';\n`,
    maxBytes: 25_070,
  },
];

/** Bytes that one more RPC may add. */
export const MAX_RPC_BYTES = 250;

const ONE_MORE_RPC = `
  rpc Rename(RenameRequest) returns (RenameResponse) {
    option (polywire.options.v1.method) = {method_id: 6};
  }
`;
const ITS_MESSAGES = `
message RenameRequest {
  string room = 1 [(polywire.options.v1.field) = {max_len: 64}];
  string name = 2 [(polywire.options.v1.field) = {max_len: 64}];
}

message RenameResponse {
  uint32 revision = 1;
}
`;

/** A client of the golden ChatService as it is, and with one more RPC. Returns the paths of both entries. */
export async function writeChatEntries(): Promise<readonly [string, string]> {
  const make = async (name: string, change: (proto: string) => string): Promise<string> => {
    const folder = join(work, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    cpSync(join(root, 'codegen/goldens/schema'), join(folder, 'proto'), { recursive: true });
    const chat = join(folder, 'proto/golden/chat/v1/chat.proto');
    writeFileSync(chat, change(readFileSync(chat, 'utf8')));
    const { code, stderr } = await runCli(['codegen', '--schema', join(folder, 'proto'), '--out', join(folder, 'out')]);
    if (code !== 0) throw new Error(stderr);
    const entry = join(folder, 'entry.js');
    const source = bare('ChatService', 'chat').replace(
      `'@polywire/protocol/chat'`,
      `'./out/src/browser/golden.chat.v1.ts'`,
    );
    writeFileSync(entry, source);
    return entry;
  };
  const before = await make('chat', (proto) => proto);
  const after = await make('chat-and-one', (proto) => {
    const at = proto.indexOf('{', proto.indexOf('service ChatService')) + 1;
    return proto.slice(0, at) + ONE_MORE_RPC + proto.slice(at) + ITS_MESSAGES;
  });
  return [before, after];
}
