import { SessionServiceCalls } from '@polywire/protocol/polywire.session.v1';
import type { Client } from '@polywire/sdk';
import type { OpenJob, Operation } from './job.js';

type Keyspace = Pick<OpenJob, 'prefix' | 'keys' | 'valueBytes'>;

/** Key number so and so of this process. */
export function benchKey({ prefix }: Pick<OpenJob, 'prefix'>, key: number): string {
  return `${prefix}${key}`;
}

/** One call of an operation; it fails when the reply is of another call. */
export function callOf(
  operation: Exclude<Operation, 'publish'>,
  keyspace: Keyspace,
): (client: Client, key: number) => Promise<void> {
  const names = Array.from({ length: keyspace.keys }, (_, key) => benchKey(keyspace, key));
  const values = names.map((name) => valueFor(name, keyspace.valueBytes));
  if (operation === 'echo') {
    let nonce = 0n;
    return async (client) => {
      const sent = ++nonce;
      const { nonce: got } = await client.use(SessionServiceCalls).ping({ nonce: sent });
      if (got !== sent) throw new Error(`the answer to ping ${sent} is ${got}`);
    };
  }
  if (operation === 'set') {
    return async (client, key) => {
      await client.kv.set({ key: names[key] as string, value: values[key] as Uint8Array });
    };
  }
  return async (client, key) => {
    const name = names[key] as string;
    const { value } = await client.kv.get({ key: name });
    if (!Buffer.from(value).equals(values[key] as Buffer)) throw new Error(`${name} has a value of another key`);
  };
}

/** A value that no other key has, as far as its length allows. */
function valueFor(name: string, bytes: number): Buffer {
  return Buffer.alloc(bytes, name.split('').reverse().join(''));
}
