// Everything from a descriptor that reaches the output goes through here. A schema may be hostile:
// its names, comments and option strings must never become code.

// Line ends that ECMAScript knows, and characters that hide code from a reader (bidi controls).
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be found
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/g;

/** A single-quoted string literal. */
export function stringLiteral(text: string): string {
  const escaped = text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n').replace(PAIR_OR_UNSAFE, escapeUnsafe);
  return `'${escaped}'`;
}

// A surrogate pair is an ordinary character; only a lone surrogate is unsafe.
const PAIR_OR_UNSAFE = new RegExp(`[\\ud800-\\udbff][\\udc00-\\udfff]|${UNSAFE.source}`, 'g');

function escapeUnsafe(match: string): string {
  return match.length === 2 ? match : `\\u${match.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * Code that another program wrote, with the characters escaped that hide code from a reader. They
 * can be in its literals, where the escape means the same, and in its comments.
 */
export function withoutHidden(code: string): string {
  return code.replace(PAIR_OR_UNSAFE, (match) => (match === '\n' || match === '\t' ? match : escapeUnsafe(match)));
}

/** A regular expression literal that is equal to `source`. Throws SyntaxError when it is none. */
export function patternLiteral(source: string): string {
  // RegExp.source escapes slashes and line ends; the rest of UNSAFE is escaped as text would be.
  const literal = new RegExp(source, 'u').source.replace(PAIR_OR_UNSAFE, escapeUnsafe);
  return `/${literal}/u`;
}

/** The lines of a TSDoc comment; none for an empty text. */
export function docComment(text: string): string[] {
  const safe = text
    .replace(/\*\//g, '*\u200b/')
    .replace(/[\u2028\u2029\r]/g, '\n')
    .replace(PAIR_OR_UNSAFE, (match) => (match === '\n' || match === '\t' || match.length === 2 ? match : '\ufffd'));
  const lines = safe.split('\n').map((line) => line.trim());
  while (lines.length > 0 && lines[0] === '') lines.shift();
  while (lines.length > 0 && lines[lines.length - 1] === '') lines.pop();
  if (lines.length === 0) return [];
  if (lines.length === 1) return [`/** ${lines[0]} */`];
  return ['/**', ...lines.map((line) => (line === '' ? ' *' : ` * ${line}`)), ' */'];
}
