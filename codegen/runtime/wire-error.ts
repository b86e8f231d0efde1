/** Why bytes or a message were refused. */
export type WireErrorReason =
  | 'malformed' // not a valid encoding
  | 'invalid-utf8' // a string field is not UTF-8
  | 'too-deep' // messages nested deeper than maxDepth
  | 'unsafe-integer' // a 64-bit number field is beyond 2^53 - 1
  | 'invalid-field' // a value breaks a rule of the schema
  | 'key-too-long' // a field called key breaks max_len
  | 'slow-consumer'; // too much waits for the reader of a stream

const brand = Symbol.for('polywire.WireError');

/** Thrown by codecs and checks. The call engine and the dialects turn it into a coded error. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly [brand] = true;

  /**
   * @param field full name of the field that is wrong, such as `polywire.kv.v1.SetRequest.key`
   * @param details facts for programs, such as `limit` and `length`
   */
  constructor(
    readonly reason: WireErrorReason,
    message: string,
    readonly field?: string,
    readonly details?: Readonly<Record<string, string>>,
  ) {
    super(message);
  }

  /** Works across copies of this package, where `instanceof` does not. */
  static is(error: unknown): error is WireError {
    return typeof error === 'object' && error !== null && brand in error;
  }
}

/** A 64-bit field that is a JavaScript number (`jstype = JS_NUMBER`) has no room for it. */
export function unsafeInteger(): WireError {
  return new WireError('unsafe-integer', 'a number is not a safe integer (at most 2^53 - 1)');
}
