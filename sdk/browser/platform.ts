import type { Platform } from '../client/platform.js';
import { onWake } from './on-wake.js';
import { oncePlatform } from './once-platform.js';

/** What a browser brings along. */
export const platform: Platform = { ...oncePlatform, onWake };
