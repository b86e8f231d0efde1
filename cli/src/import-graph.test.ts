import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { commands as all } from './commands.js';

const root = fileURLToPath(new URL('.', import.meta.url));
/** What only the command that needs it may load, with `await import`. */
const heavy = ['@polywire/server', '@polywire/codegen', '@polywire/conformance', '@polywire/sdk', '@bufbuild/protobuf'];
/** All of oclif, with what only its generator needs; its parts have names of their own. */
const wholeOclif = '@oclif/core';

const commands = readdirSync(join(root, 'commands'), { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
);

/** Every module that loading a file loads too. */
function loads(file: string, found = new Set<string>()): Set<string> {
  const source = readFileSync(file, 'utf8');
  for (const [, name = ''] of source.matchAll(/^(?:import|export) (?!type)(?:[^;]*? from )?'([^']+)';/gm)) {
    if (found.has(name)) continue;
    found.add(name);
    if (name.startsWith('.')) loads(join(dirname(file), name.replace(/\.js$/, '.ts')), found);
  }
  return found;
}

it.each(commands)('%s starts without what other commands need', (name) => {
  const modules = loads(join(root, 'commands', name));
  expect(modules).toContain('@oclif/core/command');
  expect([...modules].filter((each) => heavy.includes(each) || each === wholeOclif)).toEqual([]);
});

it('commands.ts has every command by its words', () => {
  const words = commands.map((name) => name.replace(/\.ts$/, '').replaceAll('/', ':'));
  expect(Object.keys(all).sort()).toEqual(words.sort());
});
