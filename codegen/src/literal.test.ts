import { describe, expect, it } from 'vitest';
import { docComment, patternLiteral, stringLiteral, withoutHidden } from './literal.js';

const texts = [
  '',
  'plain',
  "it's",
  '"double"',
  '`back` $' + '{tick}',
  '\\',
  "\\'",
  '\\u0041',
  'a\nb\r\nc',
  '\u0000\u0007\u007f',
  '\u2028\u2029\u202e\ufeff',
  '😀 é',
  '\ud800 alone',
  '*/ //',
];

/** What the engine makes of a piece of code. */
async function evaluated(code: string): Promise<unknown> {
  const url = `data:text/javascript;base64,${Buffer.from(`export default ${code};`).toString('base64')}`;
  const module = (await import(/* @vite-ignore */ url)) as { default: unknown };
  return module.default;
}

describe('stringLiteral', () => {
  it.each(texts)('means %j', async (text) => {
    const literal = stringLiteral(text);
    expect(await evaluated(literal)).toBe(text);
    expect(withoutHidden(literal)).toBe(literal);
    expect(literal).not.toContain('\n');
  });
});

describe('patternLiteral', () => {
  it.each(['a/b', '[/]', '\\/', 'a\nb', '\u2028', '\u202e', '', '^a|b$', '\\u{1f600}', '😀', "'"])(
    'is equal to %j',
    async (source) => {
      const pattern = (await evaluated(patternLiteral(source))) as RegExp;
      for (const text of [...texts, source, 'a/b', '/', 'b', '😀']) {
        expect([text, pattern.test(text)]).toEqual([text, new RegExp(source, 'u').test(text)]);
      }
    },
  );

  it.each(['(', '[', '\\', 'a)|(b', '*'])('refuses %s', (source) => {
    expect(() => patternLiteral(source)).toThrow(SyntaxError);
  });
});

describe('docComment', () => {
  it.each([
    ['', []],
    [' \n ', []],
    ['one', ['/** one */']],
    ['\none\n\n two\n', ['/**', ' * one', ' *', ' * two', ' */']],
    ['end */ it', ['/** end *\u200b/ it */']],
    ['**//', ['/** **\u200b// */']],
    ['a\u2028b\rc', ['/**', ' * a', ' * b', ' * c', ' */']],
    ['hid\u202eden', ['/** hid\ufffdden */']],
  ])('of %j', (text, lines) => {
    expect(docComment(text)).toEqual(lines);
  });
});

describe('withoutHidden', () => {
  it('escapes what hides code, and nothing else', () => {
    expect(withoutHidden("const a = '\u202e\u2028'; // 😀\n\tb")).toBe("const a = '\\u202e\\u2028'; // 😀\n\tb");
  });
});
