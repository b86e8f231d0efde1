import * as Flags from '@oclif/core/flags';
import { AdminServiceCalls } from '@polywire/protocol/polywire.admin.v1';
import { ClientCommand } from '../../lib/client-command.js';
import { countFlag } from '../../lib/flags.js';
import { write } from '../../lib/output.js';
import { oneLine } from '../../lib/show-text.js';

export default class SessionsList extends ClientCommand {
  static override summary = 'List the sessions that have a connection.';
  static override description =
    'Those that are open longest first. One line a session: its id, the client, the wire, the address, when it was opened, and how many messages came in and went out, with tabs between them. With auth on it takes the permission admin.read; without, only clients on the same machine may.';
  static override examples = [
    '<%= config.bin %> sessions list',
    '<%= config.bin %> sessions list --client CS001 --json',
  ];
  static override flags = {
    client: Flags.string({ description: 'Only those of this client.', helpValue: 'ID' }),
    limit: countFlag({ description: 'List at most so many, up to 4000.', default: 1_000 }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(SessionsList);
    const { client: clientId = '', limit } = flags;
    const { sessions, total } = await this.withClient({ ...flags, client: undefined }, (client) =>
      client.use(AdminServiceCalls).listSessions({ clientId, limit }),
    );
    const listed = sessions.map(({ openedAtMs, ...session }) => ({
      ...session,
      openedAt: new Date(openedAtMs).toISOString(),
    }));
    if (!this.jsonEnabled()) {
      for (const each of listed) {
        const { sessionId, dialect, remoteAddress, openedAt, messagesIn, messagesOut } = each;
        const columns = [sessionId, oneLine(each.clientId), dialect, remoteAddress, openedAt, messagesIn, messagesOut];
        await write(`${columns.join('\t')}\n`);
      }
      if (total > listed.length) this.progress(`${total} sessions, of which ${listed.length} are listed (--limit)`);
    }
    return { sessions: listed, total };
  }
}
