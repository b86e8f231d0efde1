import { fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import type { ClientReport } from '@polywire/protocol/polywire.conformance.v1';
import { FramedChild } from '../child/framed-child.js';
import { fromPlain, type Plain, toPlain } from '../schema/plain.js';
import { messageDesc } from '../schema/registry.js';
import type { DrivenClient } from './client-under-test.js';

const commandDesc = messageDesc('polywire.conformance.v1.ClientCommand');
const reportDesc = messageDesc('polywire.conformance.v1.ClientReport');

/**
 * A client in a program of its own, in whatever language, started anew for each case. It reads
 * `polywire.conformance.v1.ClientCommand` and writes `ClientReport`, as `FramedChild` frames them.
 *
 * @param command run by the shell
 */
export function commandClient(command: string): DrivenClient {
  return {
    name: command,
    start: (onReport, onEnd) => {
      const child = new FramedChild(command, onBytes, onEnd);
      function onBytes(bytes: Uint8Array): void {
        let report: Message;
        try {
          report = fromBinary(reportDesc, bytes);
        } catch (error) {
          child.refuse(new Error(`${command} wrote what is not a ClientReport: ${(error as Error).message}`));
          return;
        }
        onReport(toPlain(reportDesc, report) as unknown as ClientReport);
      }
      return {
        send: (each) => child.send(toBinary(commandDesc, fromPlain(commandDesc, each as unknown as Plain))),
        close: () => child.close(),
      };
    },
  };
}
