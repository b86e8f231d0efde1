import { optionalPackage, packageFault } from '../optional-package.js';
import { runProgram } from '../run-program.js';
import type { Contestant, Scenario } from '../scenario.js';
import { tsProtoCodec } from '../ts-proto-codec.js';

const directions = ['encode', 'decode'];

function codec(
  name: string,
  argument: string,
  path: () => Promise<string> | string = () => '',
  missing?: string,
): Contestant {
  return {
    name,
    missing,
    async *run(bench) {
      for (const direction of directions) {
        const args = [argument, direction, await path(), String(bench.seconds)];
        const { value } = await runProgram(bench, 'codec', args, 'server');
        yield { point: direction, value };
      }
    },
  };
}

const inPlace = 'polywire, into a buffer that is there';

export const codecs: Scenario = {
  name: 'codecs',
  title: 'Codecs of one message',
  unit: 'messages/s of CPU',
  better: 'higher',
  note: 'A key of 17 characters, a value of 32 bytes and a number: 59 bytes, the same of every codec. The server writes into the packet that is sent; "a buffer each" is what the others do.',
  contestants: [
    codec(inPlace, 'polywire-in-place'),
    codec('polywire, a buffer each', 'polywire'),
    codec('ts-proto', 'ts-proto', tsProtoCodec),
    codec('protobuf-es', 'protobuf-es'),
    codec('protobufjs', 'protobufjs', () => optionalPackage('protobufjs') as string, packageFault('protobufjs')),
    codec('by hand', 'hand'),
  ],
  targets: [
    { point: 'encode', contestant: inPlace, against: 'ts-proto', bound: 3 },
    { point: 'encode', contestant: 'polywire, a buffer each', against: 'ts-proto', bound: 1, isWish: true },
    { point: 'decode', contestant: inPlace, against: 'ts-proto', bound: 3 },
    { point: 'encode', contestant: inPlace, against: 'by hand', bound: 1, isWish: true },
    { point: 'decode', contestant: inPlace, against: 'by hand', bound: 1, isWish: true },
  ],
};
