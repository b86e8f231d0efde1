import type { ValueSource } from './key-value-input.js';
import { UsageError } from './usage-error.js';

/** Where a message comes from: MESSAGE, - for stdin, or a file. */
export function messageSource(message: string | undefined, file: string | undefined): ValueSource {
  if ((message === undefined) === (file === undefined)) {
    const problem = message === undefined ? 'the message is missing' : 'there are two messages';
    throw new UsageError(`${problem}: give one of MESSAGE, --file FILE, or - for stdin`);
  }
  if (message === undefined) return { file: file as string };
  return message === '-' ? 'stdin' : { text: message };
}
