import { CLIError } from '@oclif/core/errors';
import { ExitCode } from './exit-codes.js';

/** The command line does not make sense: what is wrong, and what to write instead. */
export class UsageError extends CLIError {
  constructor(message: string) {
    super(message, { exit: ExitCode.USAGE });
  }
}
