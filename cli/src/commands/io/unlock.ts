import * as Args from '@oclif/core/args';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { ClientCommand } from '../../lib/client-command.js';
import { parseWhole } from '../../lib/parse-whole.js';

export default class IoUnlock extends ClientCommand {
  static override summary = 'Release a lock that "io lock" took.';
  static override description = 'A lock that is not held with this token any more ends the command with exit code 5.';
  static override examples = ['<%= config.bin %> io unlock maintenance 1001'];
  static override args = {
    name: Args.string({ description: 'The lock.', required: true, ignoreStdin: true }),
    token: Args.string({ description: 'Its fencing token.', required: true, ignoreStdin: true }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(IoUnlock);
    const { name } = args;
    const fencingToken = parseWhole(args.token, 1);
    const { released } = await this.withClient(flags, (client) => client.io.unlock({ name, fencingToken }));
    if (!released) {
      const text = `the lock "${name}" is not held with token ${fencingToken}`;
      throw new PolywireError(ErrorCode.LOCK_LOST, text, { details: { name } });
    }
    this.log(`released ${name}`);
    return { name, fencingToken };
  }
}
