import { Buffer } from 'node:buffer';

/**
 * Whether a channel matches a pattern as Redis reads it: `*`, `?`, `[abc]`, `[^a]`, `[a-z]`, `\`
 * before a literal. Redis compares bytes: `?` is one byte of UTF-8.
 */
export function matchesRedisPattern(pattern: string, channel: string): boolean {
  return matchBytes(asBytes(pattern), asBytes(channel));
}

/** One character a byte. */
function asBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function matchBytes(pattern: string, channel: string): boolean {
  let p = 0;
  let c = 0;
  // Where to go on when the text after the last star does not fit: the star takes one more.
  let afterStar = -1;
  let starTook = 0;
  while (c < channel.length) {
    if (pattern[p] === '*') {
      afterStar = ++p;
      starTook = c;
      continue;
    }
    const next = p < pattern.length ? matchOne(pattern, p, channel[c] as string) : -1;
    if (next >= 0) {
      p = next;
      c++;
    } else {
      if (afterStar < 0) return false;
      p = afterStar;
      c = ++starTook;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** @returns where the pattern goes on after a part that matches the character; -1: it does not match */
function matchOne(pattern: string, at: number, character: string): number {
  switch (pattern[at]) {
    case '?':
      return at + 1;
    case '[':
      return matchSet(pattern, at + 1, character);
    case '\\': {
      // A backslash at the very end stands for itself.
      const literal = at + 1 < pattern.length ? at + 1 : at;
      return pattern[literal] === character ? literal + 1 : -1;
    }
    default:
      return pattern[at] === character ? at + 1 : -1;
  }
}

/** A set that is not closed ends with the pattern, as in Redis. */
function matchSet(pattern: string, start: number, character: string): number {
  const isNegated = pattern[start] === '^';
  let at = isNegated ? start + 1 : start;
  let found = false;
  while (at < pattern.length && pattern[at] !== ']') {
    if (pattern[at] === '\\' && at + 1 < pattern.length) {
      found ||= pattern[at + 1] === character;
      at += 2;
    } else if (pattern[at + 1] === '-' && at + 2 < pattern.length) {
      const [low, high] = [pattern[at] as string, pattern[at + 2] as string].sort() as [string, string];
      found ||= low <= character && character <= high;
      at += 3;
    } else {
      found ||= pattern[at] === character;
      at++;
    }
  }
  return found === isNegated ? -1 : Math.min(at + 1, pattern.length);
}
