#!/usr/bin/env node
// Writes what is derived from the compiled commands: oclif.manifest.json, which lets a command
// start without loading the others, and docs/commands.md. With --check it writes nothing and
// fails when one of them is not up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core/config';
import { commandsPage } from '../dist/reference/commands-page.js';
import makeBundle from './bundle.js';

await makeBundle();
const root = fileURLToPath(new URL('..', import.meta.url));
const plugin = new Plugin({
  root,
  type: 'core',
  ignoreManifest: true,
  errorOnManifestCreate: true,
  respectNoCacheDefault: true,
});
await plugin.load();
// The files of a folder come in any order.
const commands = Object.entries(plugin.manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1));
const manifest = { commands: Object.fromEntries(commands), version: plugin.manifest.version };

const files = {
  'oclif.manifest.json': `${JSON.stringify(manifest, undefined, 2)}\n`,
  'docs/commands.md': commandsPage(Object.values(manifest.commands), plugin.topics),
};
const isCheck = process.argv.includes('--check');
for (const [name, text] of Object.entries(files)) {
  const path = `${root}${name}`;
  if (!isCheck) {
    writeFileSync(path, text);
  } else if (contentOf(path) !== text) {
    process.stderr.write(`cli/${name} is not up to date: run node cli/scripts/write-reference.js\n`);
    process.exitCode = 1;
  }
}

function contentOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
