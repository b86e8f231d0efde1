import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../lib/base-command.js';

export default class Serve extends BaseCommand {
  static override summary = 'Run a server until Ctrl-C.';
  static override description =
    'Flags beat environment variables (POLYWIRE_STORE_KIND and so on), which beat the TOML file, which beats the defaults. SIGINT and SIGTERM let running calls end first; a second one ends the server at once. The log goes to stderr, with --json one JSON object a line.';
  static override examples = [
    '<%= config.bin %> serve',
    '<%= config.bin %> serve --config polywire.toml',
    '<%= config.bin %> serve --store lmdb --data /var/lib/polywire',
  ];
  static override flags = {
    config: Flags.string({
      description: 'The TOML file. Default: polywire.toml in the working directory, if there is one.',
      env: 'POLYWIRE_CONFIG',
      helpValue: 'FILE',
    }),
    store: Flags.string({ description: 'Where keys and values live.', options: ['memory', 'lmdb'] }),
    data: Flags.string({ description: 'Directory of a file-backed store.', helpValue: 'DIR' }),
    'log-level': Flags.string({
      description: 'The least that is logged.',
      options: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Serve);
    const { createLogger, loadConfig, runServer } = await import('@polywire/server');
    const level = flags['log-level'];
    const loaded = loadConfig({
      flags: { config: flags.config, store: flags.store, data: flags.data },
      ...(level !== undefined && { environment: { ...process.env, POLYWIRE_LOG_LEVEL: level } }),
    });
    const logger = createLogger({ level: loaded.config.log.level, ...(this.jsonEnabled() && { pretty: false }) });
    process.exitCode = await runServer(loaded, logger);
  }
}
