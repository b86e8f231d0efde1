import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { indexToml, type KeyPath } from './toml-locate.js';

const text = [
  /*  1 */ '# limits.max_calls = 1 is only a comment',
  /*  2 */ 'title = "[log]" # level = "no"',
  /*  3 */ 'dotted . "quoted.key" . \'literal\' = 1',
  /*  4 */ '"esc\\u0061ped" = true',
  /*  5 */ 'text = """',
  /*  6 */ '[store]',
  /*  7 */ 'kind = "not a key" \\"""',
  /*  8 */ '"still text"""""',
  /*  9 */ "raw = '''",
  /* 10 */ "path = 'C:\\'''",
  /* 11 */ 'inline = { a = 1, b = { c = "}" , d = [ 1, 2 ] } }',
  /* 12 */ 'list = [ # a ] comment',
  /* 13 */ '  "one, ]",',
  /* 14 */ '  { name = "x",',
  /* 15 */ '    port = 2 },',
  /* 16 */ ']',
  /* 17 */ '',
  /* 18 */ '[store]',
  /* 19 */ '\tkind = "lmdb"',
  /* 20 */ "backslash = 'C:\\'",
  /* 21 */ 'empty = ""',
  /* 22 */ 'when = 1979-05-27T07:32:00Z',
  /* 23 */ '  [[ listen ]]',
  /* 24 */ 'transport = "ws"',
  /* 25 */ '[listen.tls]',
  /* 26 */ 'cert = "a"',
  /* 27 */ '[[listen]]',
  /* 28 */ 'transport = "tcp"',
  /* 29 */ 'port = 1',
  /* 30 */ '[[listen.rules]]',
  /* 31 */ '[[listen.rules]]',
  /* 32 */ 'allow = true',
  /* 33 */ '["a.b" . c]',
  /* 34 */ 'd = 1',
].join('\n');

const cases: readonly (readonly [path: KeyPath, line: number | undefined])[] = [
  [['title'], 2],
  [['dotted', 'quoted.key', 'literal'], 3],
  [['escaped'], 4],
  [['text'], 5],
  [['raw'], 9],
  [['inline'], 11],
  [['inline', 'b', 'd', 1], 11],
  [['list', 0], 13],
  [['list', 1], 14],
  [['list', 1, 'name'], 14],
  [['list', 1, 'port'], 15],
  [['store'], 18],
  [['store', 'kind'], 19],
  [['store', 'backslash'], 20],
  [['store', 'when'], 22],
  [['listen'], 23],
  [['listen', 0], 23],
  [['listen', 0, 'transport'], 24],
  [['listen', 0, 'tls', 'cert'], 26],
  [['listen', 1], 27],
  [['listen', 1, 'transport'], 28],
  [['listen', 1, 'port'], 29],
  [['listen', 1, 'rules', 1, 'allow'], 32],
  [['a.b', 'c', 'd'], 34],
];

describe('indexToml', () => {
  it('is tested with a document that smol-toml accepts', () => {
    expect(Object.keys(parse(text))).toContain('listen');
  });

  for (const newline of ['\n', '\r\n']) {
    const index = indexToml(text.replaceAll('\n', newline));
    for (const [path, line] of cases) {
      it(`finds ${JSON.stringify(path)} at line ${line} with ${JSON.stringify(newline)}`, () => {
        expect(index.lineOf(path)).toBe(line);
      });
    }
  }

  it('finds every key of the parsed document, each with its own name in its line', () => {
    const index = indexToml(text);
    const lines = text.split('\n');
    const seen: string[] = [];
    const visit = (value: unknown, path: KeyPath): void => {
      if (value === null || typeof value !== 'object' || value instanceof Date) return;
      for (const [name, inner] of Object.entries(value)) {
        const innerPath = [...path, Array.isArray(value) ? Number(name) : name];
        const line = lines[(index.lineOf(innerPath) ?? 0) - 1] ?? '';
        seen.push(name);
        expect(Array.isArray(value) || name === 'escaped' || line.includes(name), `${innerPath} in ${line}`).toBe(true);
        visit(inner, innerPath);
      }
    };
    visit(parse(text), []);
    expect(seen.length).toBeGreaterThan(30);
  });

  it('falls back to the table around a key that is not written', () => {
    const index = indexToml(text);
    expect(index.lineOf(['listen', 1, 'insecure'])).toBe(27);
    expect(index.lineOf(['limits', 'max_calls'])).toBeUndefined();
    expect(index.lineOf([])).toBeUndefined();
  });

  it('ends on text that is not TOML', () => {
    for (const broken of ['"', '[', '[[', '=', 'a = """', 'a = {', 'a = [', ']', '\\', 'a = [1', "'''", '}{', 'a.']) {
      expect(indexToml(broken).lineOf(['zzz']), broken).toBeUndefined();
    }
  });
});
