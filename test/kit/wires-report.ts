import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { root } from '../rules/source-files.js';
import { type RanTest, wireCount, wireRows, wiresPage } from './wires-table.js';

const path = join(root, 'test/conformance/WIRES.md');

/**
 * After a run of the tests of all wires: prints how many vectors passed, and compares the table with
 * the committed page. With POLYWIRE_WRITE_WIRES=1 it writes the page.
 */
export default class WiresReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests: RanTest[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'skipped' || state === 'pending') continue;
        const name = test.fullName.replaceAll(' > ', ' ');
        tests.push({ file: module.moduleId, name, title: test.name, passed: state === 'passed' });
      }
    }
    const rows = wireRows(tests);
    for (const row of rows.values()) process.stdout.write(`vectors: ${row}\n`);
    // Part of the tests, or no Redis: there is nothing to compare.
    if (rows.size < wireCount) return;
    const page = wiresPage(rows);
    if (process.env.POLYWIRE_WRITE_WIRES === '1') writeFileSync(path, page);
    if (existsSync(path) && readFileSync(path, 'utf8') === page) return;
    process.stderr.write('test/conformance/WIRES.md is out of date: npm run conformance:wires writes it\n');
    process.exitCode = 1;
  }
}
