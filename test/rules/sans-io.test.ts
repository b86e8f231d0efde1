import { describe, expect, it } from 'vitest';
import { importsOf, type SourceFile, sourceFiles } from './source-files.js';

// What asks the machine for something: time, chance, the network, the process.
const MACHINE =
  /\b(?:Date\.now|new Date|performance\b|setTimeout|setInterval|setImmediate|queueMicrotask|Math\.random|crypto\b|process\b|console\b|WebSocket\b|fetch\b|globalThis)/;

/** Lines that do I/O or import something that might, as `file:line`. */
function machineUses(files: readonly SourceFile[]): string[] {
  const found: string[] = [];
  for (const file of files) {
    for (const specifier of importsOf(file)) {
      // With # it is one of two modules of core, by the condition `browser`.
      const isOwn = /^\.|^#/.test(specifier);
      if (!isOwn && !specifier.startsWith('@polywire/protocol/')) found.push(`${file.path} -> ${specifier}`);
    }
    file.text.split('\n').forEach((line, index) => {
      const code = line.replace(/^\s*(?:\/\/|\*|\/\*).*$/, '').replace(/\/\/.*$/, '');
      if (MACHINE.test(code)) found.push(`${file.path}:${index + 1}`);
    });
  }
  return found;
}

describe('sdk/core is sans-io', () => {
  it('imports nothing that does I/O and asks the machine for nothing', () => {
    const files = sourceFiles('sdk/core').filter((file) => !file.path.endsWith('.test.ts'));
    expect(files.length).toBeGreaterThan(10);
    expect(machineUses(files)).toEqual([]);
  });

  it.each(["import { connect } from 'node:net';", 'const now = Date.now();', 'setTimeout(run, 5);', 'Math.random()'])(
    'would find: %s',
    (text) => {
      expect(machineUses([{ path: 'sdk/core/x.ts', text }])).toHaveLength(1);
    },
  );
});
