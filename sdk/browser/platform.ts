import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { codeNames } from '#code-names';
import type { Platform } from '../client/platform.js';
import { onWake } from './on-wake.js';
import { oncePlatform } from './once-platform.js';

// An application that connects for good has room for them.
Object.assign(codeNames, ErrorCode);

/** What a browser brings along. */
export const platform: Platform = { ...oncePlatform, random: Math.random, onWake };
