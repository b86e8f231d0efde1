import { CommandHelp, Help as OclifHelp } from '@oclif/core/help';
import { exitCodeMeanings } from './exit-codes.js';

/** The exit codes as lines of help. */
export function exitCodeLines(): [string, string][] {
  return Object.entries(exitCodeMeanings);
}

class HelpWithExitCodes extends CommandHelp {
  protected override sections() {
    const options = { stripAnsi: this.opts.stripAnsi ?? false, indentation: 2 };
    return [...super.sections(), { header: 'EXIT CODES', generate: () => this.renderList(exitCodeLines(), options) }];
  }
}

/** oclif's help, and what each exit code means. */
export default class Help extends OclifHelp {
  protected override CommandHelpClass = HelpWithExitCodes;
}
