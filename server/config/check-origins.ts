import type { Report } from './check-relay.js';
import { formatPath } from './config-keys.js';
import type { KeyPath } from './toml-locate.js';

/** Checks a list of origins of web pages: one line for each that no browser would say, other than `special`. */
export function checkOrigins(
  origins: readonly string[],
  special: readonly string[],
  path: KeyPath,
  at: Report,
): string[] {
  return origins.flatMap((origin, i) => {
    if (special.includes(origin) || (URL.canParse(origin) && new URL(origin).origin === origin.toLowerCase()))
      return [];
    const place = [...path, i];
    return [
      at(place, `${formatPath(place)} must be like https://app.example or http://localhost:3000, without a path`),
    ];
  });
}
