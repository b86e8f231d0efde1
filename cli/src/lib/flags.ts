import * as Flags from '@oclif/core/flags';
import { parseDuration } from './parse-duration.js';
import { parseWhole } from './parse-whole.js';

/** A flag that takes a duration with its unit and gives milliseconds. */
export const durationFlag = Flags.custom<number>({
  helpValue: 'DURATION',
  parse: async (text) => parseDuration(text),
});

/** A flag that takes a whole number from 0 on. */
export const wholeFlag = Flags.custom<number>({
  helpValue: 'N',
  parse: async (text) => parseWhole(text, 0),
});

/** A flag that takes a whole number from 1 on. */
export const countFlag = Flags.custom<number>({
  helpValue: 'N',
  parse: async (text) => parseWhole(text, 1),
});
