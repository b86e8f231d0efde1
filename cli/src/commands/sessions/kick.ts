import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AdminServiceCalls } from '@polywire/protocol/polywire.admin.v1';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { ClientCommand } from '../../lib/client-command.js';

export default class SessionsKick extends ClientCommand {
  static override summary = 'End a session.';
  static override description =
    'Its client is told the reason and does not come back by itself. A session that is not there ends the command with exit code 3. With auth on it takes the permission admin.kick; without, only clients on the same machine may.';
  static override examples = ['<%= config.bin %> sessions kick 0b1e3c6e-… --reason "moved to another server"'];
  static override args = {
    session: Args.string({ description: 'Its id, as "sessions list" prints it.', required: true, ignoreStdin: true }),
  };
  static override flags = { reason: Flags.string({ description: 'What the client is told.', default: '' }) };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(SessionsKick);
    const sessionId = args.session;
    const { kicked } = await this.withClient(flags, (client) =>
      client.use(AdminServiceCalls).kick({ sessionId, reason: flags.reason }),
    );
    if (!kicked) throw new PolywireError(ErrorCode.NOT_FOUND, `there is no session ${sessionId} with a connection`);
    this.log(`kicked ${sessionId}`);
    return { sessionId };
  }
}
