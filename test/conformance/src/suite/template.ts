import type { JsonValue } from '@bufbuild/protobuf';

/** What `${name}` stands for: the run's id, the server's limits, what earlier steps saved. */
export type Variables = Map<string, JsonValue>;

/** How a place that makes bytes is written down: base64 in proto-JSON, hexadecimal in packets. */
export type BytesForm = 'base64' | 'hex';

const innermost = /\$\{([^${}]*)\}/;
const whole = /^\$\{([A-Za-z0-9_]+)\}$/;
const MAX_ROUNDS = 10_000;

/**
 * Fills in the places of a suite's JSON. A string that is one place and nothing else becomes the
 * value itself, with its type; a place within a string becomes text. Places:
 *
 * - `${name}`: a variable
 * - `${repeat:TEXT:COUNT}`: TEXT so many times
 * - `${text:TEXT}`, `${hex:DIGITS}`, `${fill:COUNT}` (COUNT times the byte 0x78), `${u32:NUMBER}`
 *   (four bytes, big-endian): bytes, in the form of the place
 *
 * COUNT and NUMBER are decimal, or a variable with or without `+N` or `-N`, such as
 * `max_value_bytes+1`. Places nest.
 *
 * @throws Error for a place that is none of these
 */
export function fillIn(value: JsonValue, variables: Variables, form: BytesForm): JsonValue {
  if (typeof value === 'string') return fillText(value, variables, form);
  if (Array.isArray(value)) return value.map((each) => fillIn(each, variables, form));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      String(fillText(name, variables, form)),
      fillIn(each, variables, form),
    ]),
  );
}

function fillText(text: string, variables: Variables, form: BytesForm): JsonValue {
  const name = whole.exec(text)?.[1];
  if (name !== undefined) return variable(name, variables);
  let filled = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const place = innermost.exec(filled);
    if (place === null) return filled;
    const [marked, inner = ''] = place;
    filled = `${filled.slice(0, place.index)}${placeText(inner, variables, form)}${filled.slice(place.index + marked.length)}`;
  }
  throw new Error(`${text} does not come to an end`);
}

function placeText(inner: string, variables: Variables, form: BytesForm): string {
  const colon = inner.indexOf(':');
  if (colon < 0) return String(variable(inner, variables));
  const [name, argument] = [inner.slice(0, colon), inner.slice(colon + 1)];
  switch (name) {
    case 'repeat': {
      const split = argument.lastIndexOf(':');
      return argument.slice(0, split).repeat(countOf(argument.slice(split + 1), variables));
    }
    case 'text':
      return Buffer.from(argument).toString(form);
    case 'hex':
      return hexBytes(argument).toString(form);
    case 'fill':
      return Buffer.alloc(countOf(argument, variables), 'x').toString(form);
    case 'u32': {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(countOf(argument, variables));
      return bytes.toString(form);
    }
    default:
      throw new Error(`\${${inner}} is not a place that suites know`);
  }
}

/** Reads hexadecimal digits; spaces are ignored. @throws Error when they are not */
export function hexBytes(hex: string): Buffer {
  const digits = hex.replace(/\s+/g, '');
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) throw new Error(`"${hex.slice(0, 40)}" is not hexadecimal`);
  return Buffer.from(digits, 'hex');
}

function variable(name: string, variables: Variables): JsonValue {
  const value = variables.get(name);
  if (value === undefined) throw new Error(`\${${name}} has no value here`);
  return value;
}

/** A COUNT as places have it. @throws Error when it is none, or the variable has no value */
export function countOf(expression: string, variables: Variables): number {
  const parts = /^(?:([0-9]+)|([a-z_]+)([+-][0-9]+)?)$/.exec(expression);
  if (parts === null) throw new Error(`"${expression}" is not a number or a variable with +N or -N`);
  const [, decimal, name = '', offset = '0'] = parts;
  return decimal === undefined ? Number(variable(name, variables)) + Number(offset) : Number(decimal);
}
