import { parse } from 'smol-toml';

/** Where a value stands in a document: names of keys, and places in lists. */
export type KeyPath = readonly (string | number)[];

/** Finds the lines of a TOML document's keys. */
export interface TomlIndex {
  /**
   * Line (from 1) of a key, or of the nearest table around it when the key is not in the text.
   * Undefined when not even that is there.
   */
  lineOf(path: KeyPath): number | undefined;
}

/**
 * Notes the line of every table, key, list item and key of an inline table.
 *
 * @param text a document that smol-toml accepts; for another one the lines mean nothing, but
 * the scan still ends
 */
export function indexToml(text: string): TomlIndex {
  const lines = new LineScan(text).run();
  return {
    lineOf(path) {
      for (let length = path.length; length > 0; length--) {
        const line = lines.get(mapKey(path.slice(0, length)));
        if (line !== undefined) return line;
      }
      return undefined;
    },
  };
}

function mapKey(path: KeyPath): string {
  return JSON.stringify(path);
}

/** One pass over the text. Every method moves `at` forward or leaves it, so that a scan always ends. */
class LineScan {
  private at = 0;
  private line = 1;
  private readonly lines = new Map<string, number>();
  /** Newest item of each array of tables: a header below one of them means that item. */
  private readonly newestItem = new Map<string, number>();

  constructor(private readonly text: string) {}

  run(): ReadonlyMap<string, number> {
    let table: KeyPath = [];
    for (;;) {
      this.skipSpace();
      if (this.at >= this.text.length) return this.lines;
      const before = this.at;
      if (this.text.startsWith('[[', this.at)) table = this.tableHeader(2);
      else if (this.text[this.at] === '[') table = this.tableHeader(1);
      else this.keyValue(table);
      if (this.at === before) this.step();
    }
  }

  private tableHeader(brackets: 1 | 2): KeyPath {
    const line = this.line;
    this.at += brackets;
    const names = this.keyNames();
    this.at += brackets;
    let path: KeyPath = [];
    names.forEach((name, depth) => {
      path = [...path, name];
      this.note(path, line);
      const newest = this.newestItem.get(mapKey(path));
      const isNewItem = brackets === 2 && depth === names.length - 1;
      const item = isNewItem ? (newest ?? -1) + 1 : newest;
      if (isNewItem && item !== undefined) this.newestItem.set(mapKey(path), item);
      if (item === undefined) return;
      path = [...path, item];
      this.note(path, line);
    });
    return path;
  }

  private keyValue(table: KeyPath): void {
    const line = this.line;
    let path = table;
    for (const name of this.keyNames()) {
      path = [...path, name];
      this.note(path, line);
    }
    if (this.text[this.at] === '=') this.at++;
    this.skipSpace();
    this.value(path);
  }

  private value(path: KeyPath): void {
    const first = this.text[this.at];
    if (first === '"' || first === "'") this.skipString();
    else if (first === '[') this.list(path);
    else if (first === '{') this.inlineTable(path);
    else this.skipWhile((c) => c !== ',' && c !== ']' && c !== '}' && c !== '#' && c !== '\n');
  }

  private list(path: KeyPath): void {
    this.at++;
    for (let item = 0; this.moreUntil(']'); item++) {
      this.note([...path, item], this.line);
      this.value([...path, item]);
    }
  }

  private inlineTable(path: KeyPath): void {
    this.at++;
    while (this.moreUntil('}')) this.keyValue(path);
  }

  /** Passes spaces, comments and commas; false once the closing bracket was passed or the text ended. */
  private moreUntil(close: string): boolean {
    for (;;) {
      this.skipSpace();
      if (this.at >= this.text.length) return false;
      const c = this.text[this.at];
      if (c === close) {
        this.at++;
        return false;
      }
      if (c !== ',' && c !== ']' && c !== '}') return true;
      this.at++;
    }
  }

  /** A dotted key, up to the `=`, `]` or end of line after it. */
  private keyNames(): string[] {
    const names: string[] = [];
    while (this.at < this.text.length) {
      this.skipWhile((c) => c === ' ' || c === '\t' || c === '.');
      const c = this.text[this.at];
      if (c === '"' || c === "'") {
        const start = this.at;
        this.skipString();
        names.push(unquoteKey(this.text.slice(start, this.at)));
        continue;
      }
      const start = this.at;
      this.skipWhile((bare) => /[A-Za-z0-9_-]/.test(bare));
      if (this.at === start) return names;
      names.push(this.text.slice(start, this.at));
    }
    return names;
  }

  private skipString(): void {
    const quote = this.text[this.at] ?? '';
    const triple = quote.repeat(3);
    const isMultiLine = this.text.startsWith(triple, this.at);
    this.at += isMultiLine ? 3 : 1;
    while (this.at < this.text.length) {
      if (quote === '"' && this.text[this.at] === '\\') {
        this.at++;
        this.step();
      } else if (isMultiLine && this.text.startsWith(triple, this.at)) {
        this.at += 3;
        // One or two quotes may stand directly before the closing three.
        this.skipWhile((c) => c === quote);
        return;
      } else if (!isMultiLine && (this.text[this.at] === quote || this.text[this.at] === '\n')) {
        if (this.text[this.at] === quote) this.at++;
        return;
      } else this.step();
    }
  }

  private skipSpace(): void {
    for (;;) {
      this.skipWhile((c) => c === ' ' || c === '\t' || c === '\r' || c === '\n' || c === '\uFEFF');
      if (this.text[this.at] !== '#') return;
      this.skipWhile((c) => c !== '\n');
    }
  }

  private skipWhile(matches: (c: string) => boolean): void {
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined || !matches(c)) return;
      this.step();
    }
  }

  private step(): void {
    if (this.text[this.at] === '\n') this.line++;
    this.at++;
  }

  /** The first mention counts: `[a.b]` mentions `a`, a later `[a]` does not move it. */
  private note(path: KeyPath, line: number): void {
    const key = mapKey(path);
    if (!this.lines.has(key)) this.lines.set(key, line);
  }
}

/** The name that a quoted key stands for; the quoted text itself when it is not well formed. */
function unquoteKey(quoted: string): string {
  try {
    return Object.keys(parse(`${quoted} = 0`))[0] ?? quoted;
  } catch {
    return quoted;
  }
}
