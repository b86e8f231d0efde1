import { run } from '@oclif/core/run';
import { settings } from '@oclif/core/settings';
import { describeError, reportJson, reportText } from './lib/error-report.js';
import { exitWhenReaderLeaves } from './lib/output.js';
import { UsageError } from './lib/usage-error.js';

/**
 * Runs the command that the words name and ends the process with its exit code.
 *
 * @param args the command line without node and script
 * @param root URL of the script, from which oclif finds the package
 */
export async function runCli(args: readonly string[], root: string): Promise<never> {
  // Commands run as they were compiled, also from a checkout.
  settings.enableAutoTranspile = false;
  exitWhenReaderLeaves();
  const words = args[0] === 'help' ? [...args.slice(1), '--help'] : [...args];
  try {
    await run(words, root);
  } catch (thrown) {
    reportUncommanded(thrown, words.includes('--json'));
  }
  // What was written to a pipe may still wait in the process.
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  process.exit();
}

/** Failures outside of any command: an unknown command, and oclif's own way to end. */
function reportUncommanded(thrown: unknown, json: boolean): void {
  const error = thrown as { readonly code?: string; readonly oclif?: { readonly exit?: number } };
  if (error.code === 'EEXIT') {
    process.exitCode = error.oclif?.exit ?? 0;
    return;
  }
  const unknown = /^command (\S+) not found$/.exec((thrown as Error).message)?.[1]?.split(':');
  const report = describeError(
    unknown === undefined ? thrown : new UsageError(`there is no command "${unknown.join(' ')}"`),
  );
  const helpCommand = ['polywire', ...(unknown ?? []).slice(0, -1)].join(' ');
  process.stderr.write(json ? reportJson(report) : reportText(report, helpCommand));
  process.exitCode = report.exitCode;
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
