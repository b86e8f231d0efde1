/**
 * The pattern, anchored at both ends: a rule's pattern speaks of the whole string. One that is
 * anchored already stays as it is.
 */
export function wholePattern(pattern: string): string {
  const anchored = pattern.startsWith('^') && pattern.endsWith('$') && !isEscaped(pattern, pattern.length - 1);
  return anchored && !hasOuterAlternative(pattern) ? pattern : `^(?:${pattern})$`;
}

/** `^a|b$` is anchored at one end of each alternative only. */
function hasOuterAlternative(pattern: string): boolean {
  let depth = 0;
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at];
    if (char === '\\') at++;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === '|' && depth === 0) return true;
  }
  return false;
}

function isEscaped(pattern: string, at: number): boolean {
  let slashes = 0;
  while (pattern[at - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}
