import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';

/** Names of error codes, such as NOT_FOUND: all of them. For browsers `no-code-names.ts` takes the place of this module. */
export const codeNames: Record<string, number> = { ...ErrorCode };
