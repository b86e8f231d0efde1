import { Buffer } from 'node:buffer';
import { CmdRequestCodec, type CmdRequestInit } from '@polywire/protocol/legacy.kv.v1';
import { ByteWriter } from '@polywire/protocol/wire';
import { describe, expect, it } from 'vitest';
import { readCommand } from './decode.js';

const read = (hex: string) => {
  const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
  return readCommand(bytes, 0, bytes.length);
};

const value = new Uint8Array([1, 2]);
const requests: CmdRequestInit[] = [
  { reqData: { $case: 'get', value: { key: 'a' } } },
  { reqData: { $case: 'set', value: { key: 'a', value, expire: 4_294_967_295 } } },
  { reqData: { $case: 'publish', value: { topic: 't', value } } },
  { reqData: { $case: 'subscribe', value: { topic: 't' } } },
  { reqData: { $case: 'unsubscribe', value: { topic: 't', id: 7 } } },
];

describe('readCommand', () => {
  it.each(requests)('reads every field of $reqData.$case', (request) => {
    const writer = new ByteWriter();
    CmdRequestCodec.write(request, writer);
    const padded = new Uint8Array([9, ...writer.view(), 9]);
    expect(readCommand(padded, 1, padded.length - 1)).toEqual(request.reqData);
  });

  it.each([
    ['', undefined],
    ['7801', undefined],
    ['0a00', { $case: 'get', value: { key: '' } }],
    // Unknown fields, groups among them, around and inside of a command.
    ['7b08017c', undefined],
    ['7b08017c0a070a01611308011478017d01020304', { $case: 'get', value: { key: 'a' } }],
    // The same command twice is merged; of two commands the last one counts.
    ['12030a0161120312010a', { $case: 'set', value: { key: 'a', value: new Uint8Array([10]), expire: 0 } }],
    ['0a030a016112030a0162', { $case: 'set', value: { key: 'b', value: new Uint8Array(0), expire: 0 } }],
    ['0a060a01610a0162', { $case: 'get', value: { key: 'b' } }],
  ])('reads %s', (hex, command) => {
    expect(read(hex)).toEqual(command);
  });

  it.each([
    ['a command as a varint', '0801'],
    ['a command as a varint that looks like an empty one', '0800'],
    ['a command as a group', '0b0c'],
    ['a get whose key is a varint', '0a020805'],
    ['a set whose key is a fixed32', '12050d01020304'],
    ['a set whose value is a varint', '12020805'],
    ['a set whose expire has a length', '12041a026161'],
    ['a publish whose value is a varint', '1a021001'],
    ['a subscribe whose topic is a varint', '22020801'],
    ['an unsubscribe whose id has a length', '2a03120161'],
    ['a length beyond the end', '0a0a0a03616765'],
    ['a key that is not UTF-8', '0a040a02fffe'],
    ['field number 0', '00'],
    ['an end of no group', '0c'],
    ['a varint without end', 'ffffffffffffffffffffff'],
  ])('refuses %s', (_, hex) => {
    expect(() => read(hex)).toThrow(expect.objectContaining({ name: 'WireError' }));
  });

  it('reads on after a refusal', () => {
    expect(() => read('0a0a0a03616765')).toThrow();
    expect(read('0a030a0161')).toEqual({ $case: 'get', value: { key: 'a' } });
  });
});
