/** Bytes that are no gob, or one that breaks a limit. The message says what is wrong, never what the bytes were. */
export class GobError extends Error {
  override readonly name = 'GobError';
}
