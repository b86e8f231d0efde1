// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu;
const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text for one line of a terminal: control characters, line ends and marks that turn the writing
 * direction are written as escapes, so that a key or value can neither break a table nor steer
 * the terminal.
 */
export function oneLine(text: string): string {
  return text.replace(unsafe, escaped);
}

/** The same for text of many lines: line ends and tabs stay. */
export function manyLines(text: string): string {
  return text.replace(unsafe, (char) => (char === '\n' || char === '\t' ? char : escaped(char)));
}

function escaped(char: string): string {
  const known = short[char];
  if (known !== undefined) return known;
  const code = char.codePointAt(0) as number;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
