import { hiddenSecret, hideSecrets, isSecretName } from './redact.js';

/** Longest text of one field, in bytes of UTF-8: what a client sends may not fill the log. */
export const maxFieldBytes = 128;
const maxErrorBytes = 1024;
const maxStackLines = 24;
const maxDepth = 5;
/** Values of one record, counted over all depths; also what ends an object that contains itself. */
const maxValues = 256;

// Control characters, line separators, characters that turn the reading direction, lone surrogates.
const unprintable = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;

/** A text without secrets, on one line, in printable characters, at most `maxBytes` long plus the mark of the cut. */
export function cleanText(text: string, maxBytes: number): string {
  // Far more than is kept, so that a secret is still seen whole where the cut will be.
  const head = text.length > maxBytes * 8 ? text.slice(0, maxBytes * 8) : text;
  return cutText(hideSecrets(head).replace(unprintable, escapeCharacter), maxBytes);
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const hex = character.charCodeAt(0).toString(16);
  return hex.length > 2 ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`;
}

function cutText(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return `${kept}…`;
}

/**
 * A copy of a record's fields that is safe to write: no value of a secret name at any depth, texts
 * cleaned and cut, bytes as their number, errors with code, stack and cause. Never throws.
 */
export function cleanFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  try {
    return cleanEntries(Object.entries(fields), 0, { left: maxValues });
  } catch {
    return { unreadable: true };
  }
}

interface Budget {
  left: number;
}

function cleanEntries(entries: Iterable<[unknown, unknown]>, depth: number, budget: Budget): Record<string, unknown> {
  // No prototype: a client may name an entry __proto__.
  const clean: Record<string, unknown> = Object.create(null);
  for (const [name, value] of entries) {
    if (value === undefined) continue;
    if (budget.left-- <= 0) break;
    const text = String(name);
    clean[cleanText(text, maxFieldBytes)] = isSecretName(text) ? hiddenSecret : cleanValue(value, depth + 1, budget);
  }
  return clean;
}

function cleanValue(value: unknown, depth: number, budget: Budget): unknown {
  if (typeof value === 'string') return cleanText(value, maxFieldBytes);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object') return `[${typeof value}]`;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof URL) return cleanText(value.href, maxFieldBytes);
  if (depth >= maxDepth) return '[deeper]';
  if (value instanceof Error) return cleanError(value, depth, budget);
  if (value instanceof Map) return cleanEntries(value, depth, budget);
  if (Array.isArray(value) || value instanceof Set) return cleanList(value, depth, budget);
  return cleanEntries(Object.entries(value), depth, budget);
}

function cleanList(values: Iterable<unknown>, depth: number, budget: Budget): unknown[] {
  const clean: unknown[] = [];
  for (const value of values) {
    if (budget.left-- <= 0) break;
    clean.push(cleanValue(value, depth + 1, budget));
  }
  return clean;
}

function cleanError(error: Error, depth: number, budget: Budget): Record<string, unknown> {
  const facts = error as Error & { code?: unknown; codeName?: unknown; details?: unknown };
  const clean: Record<string, unknown> = {
    type: cleanText(error.name, maxFieldBytes),
    message: cleanText(error.message, maxErrorBytes),
  };
  const code = facts.codeName ?? facts.code;
  if (code !== undefined) clean.code = cleanValue(code, depth + 1, budget);
  if (facts.details !== undefined) clean.details = cleanValue(facts.details, depth + 1, budget);
  const stack = cleanStack(error);
  if (stack !== '') clean.stack = stack;
  if (error.cause !== undefined) clean.cause = cleanValue(error.cause, depth + 1, budget);
  return clean;
}

/** Only the places: the stack repeats the message in front of them, with its own line breaks. */
function cleanStack(error: Error): string {
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return places
    .slice(0, maxStackLines)
    .map((line) => cleanText(line.trim(), maxErrorBytes))
    .join('\n');
}
