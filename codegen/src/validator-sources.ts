import { GENERATED_HEADER } from './typescript-file.js';

/** The types that every validator shares. */
export const validatorSource = `${GENERATED_HEADER}

/** One reason why a value was refused. */
export interface ValidationError {
  /** JSON pointer to the part of the value that is wrong; empty for the value itself. */
  readonly instancePath: string;
  /** Place in the JSON Schema that says so. */
  readonly schemaPath: string;
  readonly keyword: string;
  /** Facts for programs, such as \`{ limit: 3 }\`. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** Tells whether a value is the proto-JSON of a message, and stops at the first reason why not. */
export interface Validator {
  (data: unknown): boolean;
  /** Why the last call returned false. */
  errors?: readonly ValidationError[] | null;
}
`;

/** JSON Schema counts the characters of a string, not its UTF-16 units. */
export const codePointsSource = `${GENERATED_HEADER}

/** Characters of a text; a surrogate pair is one. */
export function countCodePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at + 1 < text.length; at++) {
    const isHigh = (text.charCodeAt(at) & 0xfc00) === 0xd800;
    if (isHigh && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) count--;
  }
  return count;
}
`;
