import { Command } from '@oclif/core/command';
import { describeError, reportJson, reportText } from './error-report.js';

/**
 * What all commands share: `--json`, data on stdout, progress and errors on stderr, and an exit
 * code that tells the kind of failure.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;

  /** A line about what goes on, for a person: stderr, and nothing with --json. */
  protected progress(text: string): void {
    this.logToStderr(text);
  }

  /** Reports the failure and sets the exit code. With --json the report is one line of JSON on stderr. */
  protected override async catch(thrown: unknown): Promise<void> {
    // oclif would warn of a command whose arguments it could not parse, after the error.
    this.parsed = true;
    const report = describeError(thrown);
    const helpCommand = [this.config.bin, ...(this.id?.split(':') ?? [])].join(' ');
    process.stderr.write(this.jsonEnabled() ? reportJson(report) : reportText(report, helpCommand));
    process.exitCode = report.exitCode;
  }
}
