import type { JsonValue } from '@bufbuild/protobuf';

/** JSON without spaces. Unlike JSON.stringify it keeps the sign of -0. */
export function jsonText(value: JsonValue): string {
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}:${jsonText(part)}`);
  return `{${members.join(',')}}`;
}
