import { expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from './source-files.js';

/** Who may ask the machine for a timer: the one of all, and what is no part of any session. */
const mayAsk = [
  'server/timer-heap.ts',
  // Keeps the process alive while the server stops, which timers of the clock do not.
  'server/server.ts',
  // After a change of a certificate's files.
  'server/transports/tls-files.ts',
  // A script for browsers.
  'server/dialects/relay/page/page-script.ts',
];

function timersOf(files: readonly SourceFile[]): string[] {
  return files.filter(({ text }) => /\b(?:setTimeout|setInterval)\(/.test(text)).map(({ path }) => path);
}

it('all timers of sessions are on one', () => {
  const files = sourceFiles('server').filter(({ path }) => !/\.(test|cases)\.ts$/.test(path));
  expect(files.length).toBeGreaterThan(100);
  expect(timersOf(files).sort()).toEqual([...mayAsk].sort());
});

it('would find another', () => {
  expect(timersOf([{ path: 'server/x.ts', text: 'const timer = setTimeout(() => this.close(), 5);' }])).toHaveLength(1);
});
