import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { ClientCommand } from '../../lib/client-command.js';
import { readValue, valueFlags } from '../../lib/key-value-input.js';
import { messageSource } from '../../lib/message-source.js';
import { printValue } from '../../lib/print-value.js';
import { payloadJson } from '../../lib/show-value.js';

export default class IoRequest extends ClientCommand {
  static override summary = 'Have a worker do something and print its result.';
  static override description =
    'A worker is whoever offers work of this name: "io work WORKER", or a client that serves a service of this full name. --timeout is what the work may take, also while it waits for a worker that is free. Without any worker the command fails at once, as it does when its worker goes away.';
  static override examples = [
    '<%= config.bin %> io request resize --file photo.jpg > small.jpg',
    '<%= config.bin %> io request echo hello --client CS001 --timeout 30s',
  ];
  static override args = {
    worker: Args.string({ description: 'The kind of worker.', required: true, ignoreStdin: true }),
    message: Args.string({ description: 'What it gets, as text; - reads it from stdin.', ignoreStdin: true }),
  };
  static override flags = {
    file: valueFlags.file,
    client: Flags.string({ description: 'Only a worker of this client.', helpValue: 'ID' }),
    method: Flags.integer({ description: 'Method id of a typed service.', min: 0, max: 127, default: 0 }),
    retry: Flags.boolean({ description: 'When the worker is lost, let another one do it.' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(IoRequest);
    const { value: payload } = await readValue(messageSource(args.message, flags.file), undefined);
    const { worker } = args;
    const { client: clientId = '', method: methodId, retry } = flags;
    // --client says whose worker it is, not who asks.
    const result = await this.withClient({ ...flags, client: undefined }, (client) =>
      client.io.request({ worker, clientId, payload, methodId, retry }),
    );
    if (!this.jsonEnabled()) await printValue(result.payload, ValueKind.TEXT, process.stdout.isTTY);
    return { worker, clientId: result.clientId, ...payloadJson(result.payload) };
  }
}
