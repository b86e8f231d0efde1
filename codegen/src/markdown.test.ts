import { describe, expect, it } from 'vitest';
import { markdownCode, markdownPage, markdownParagraphs, markdownTable, markdownText } from './markdown.js';

describe('markdownText', () => {
  it.each([
    ['plain text, if_revision.', 'plain text, if_revision.'],
    ['a | b', 'a \\| b'],
    ['<script>&amp;', '&lt;script&gt;&amp;amp;'],
    ['[link](x) *bold* `code` ~~no~~', '\\[link\\](x) \\*bold\\* \\`code\\` \\~\\~no\\~\\~'],
    ['_em_ and a_b', '\\_em\\_ and a_b'],
    ['# heading', '\\# heading'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['two\nlines\u2028three', 'two lines three'],
    ['bidi \u202e control', 'bidi \ufffd control'],
    ['back\\slash', 'back\\\\slash'],
  ])('%j', (text, markdown) => {
    expect(markdownText(text)).toBe(markdown);
  });
});

describe('markdownCode', () => {
  it.each([
    ['^(ws|tcp)$', '`^(ws\\|tcp)$`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['', ''],
    ['a\nb', '`a b`'],
  ])('%j', (text, markdown) => {
    expect(markdownCode(text)).toBe(markdown);
  });
});

describe('markdown', () => {
  it('keeps paragraphs apart', () => {
    expect(markdownParagraphs('one\ntwo\n\n# three')).toBe('one two\n\n\\# three');
  });
  it('makes tables, and none without rows', () => {
    expect(markdownTable(['a', 'b'], [['1', '2']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |');
    expect(markdownTable(['a'], [])).toBe('');
  });
  it('joins parts', () => {
    expect(markdownPage(['a', '', 'b'])).toBe('a\n\nb\n');
  });
});
