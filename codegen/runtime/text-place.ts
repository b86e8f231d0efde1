import { WireError } from './wire-error.js';

/**
 * A value in a place of a text grammar, with the literal that ends the place.
 * @param field full name of the field, such as `legacy.text.v1.StoreCommand.key`
 * @throws WireError invalid-field when the literal begins inside the value: it would be read back as another one
 */
export function endedBy(literal: string, value: string, field: string): string {
  const text = value + literal;
  const end = text.indexOf(literal);
  if (end === value.length) return text;
  throw new WireError(
    'invalid-field',
    `${field} has no text form: it holds ${JSON.stringify(literal)} at ${end}, which ends its place in the text`,
    field,
    { literal, position: String(end) },
  );
}
