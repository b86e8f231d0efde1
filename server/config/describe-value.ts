import { cleanText } from '../log-fields.js';
import { hiddenSecret, isSecretName } from '../redact.js';

const maxShownBytes = 128;

/** A value as an error or a log shows it: never a secret, never a whole table, never more than a line. */
export function describeValue(name: string | number | undefined, value: unknown): string {
  if (isSecretName(String(name ?? ''))) return hiddenSecret;
  if (typeof value === 'string') return `"${cleanText(value, maxShownBytes)}"`;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return 'a date';
  if (Array.isArray(value)) {
    if (value.length === 0) return 'an empty list';
    const isText = value.every((item) => typeof item === 'string');
    return isText ? `[${cleanText(value.map((item) => `"${item}"`).join(', '), maxShownBytes)}]` : 'a list';
  }
  return 'a table';
}
