// Everything from a schema that reaches a page goes through here: comments, patterns and grammars
// may hold anything.

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text of a paragraph: shown as it is, never as markup. */
export function markdownText(text: string): string {
  return oneLine(text)
    .replace(/[&<>]/g, (char) => ENTITIES[char] as string)
    .replace(/[\\`*[\]|~]/g, '\\$&')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replace(/^([-+=#])/, '\\$1')
    .replace(/^(\d+)([.)])/, '$1\\$2');
}

/** Paragraphs that are separated by empty lines. */
export function markdownParagraphs(text: string): string {
  return text
    .split(/\n{2,}/)
    .map(markdownText)
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
}

/** A code span, also inside a table. */
export function markdownCode(text: string): string {
  const content = oneLine(text);
  if (content === '') return '';
  const longest = Math.max(0, ...(content.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  // One space inside each fence is not part of the code.
  const space = /^[` ]|[` ]$/.test(content) ? ' ' : '';
  return `${fence}${space}${content.replace(/\|/g, '\\|')}${space}${fence}`;
}

/** A table, or nothing when there are no rows. Cells are Markdown already. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Parts with an empty line between them; empty parts are left out. */
export function markdownPage(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function oneLine(text: string): string {
  return text
    .replace(/[\s\u2028\u2029]+/g, ' ')
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\ufffd')
    .trim();
}
