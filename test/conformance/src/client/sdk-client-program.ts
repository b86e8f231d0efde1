import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { ClientCommand } from '@polywire/protocol/polywire.conformance.v1';
import { fromPlain, type Plain, toPlain } from '../schema/plain.js';
import { messageDesc } from '../schema/registry.js';
import { sdkClient } from './sdk-client.js';

// This project's client as a program: what another language's program has to look like.
const commandDesc = messageDesc('polywire.conformance.v1.ClientCommand');
const reportDesc = messageDesc('polywire.conformance.v1.ClientReport');

const channel = sdkClient.start(
  (report) => {
    const message = toBinary(reportDesc, fromPlain(reportDesc, report as unknown as Plain));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(message.length);
    process.stdout.write(Buffer.concat([length, message]));
  },
  () => {},
);
let rest = Buffer.alloc(0);
process.stdin.on('data', (bytes: Buffer) => {
  rest = Buffer.concat([rest, bytes]);
  while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
    const end = 4 + rest.readUInt32BE(0);
    const command = toPlain(commandDesc, fromBinary(commandDesc, rest.subarray(4, end)));
    channel.send(command as unknown as ClientCommand);
    rest = rest.subarray(end);
  }
});
process.stdin.on('end', () => void channel.close());
