import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as Flags from '@oclif/core/flags';
import type { RunResult } from '@polywire/protocol/polywire.conformance.v1';
import { BaseCommand } from '../lib/base-command.js';
import { durationFlag } from '../lib/flags.js';
import { write } from '../lib/output.js';
import { manyLines } from '../lib/show-text.js';
import { subjectsOf } from '../lib/subjects.js';
import { unreachable } from '../lib/unreachable.js';

export default class Conformance extends BaseCommand {
  static override summary = 'Face a server, a client or a codec with the conformance suite.';
  static override description =
    'Without --target, --client-command and --codec-command it tests Polywire itself: its codecs with the offline vectors, a server of its own on free ports over WebSocket and TCP, and its client over both. The result is on stdout, a table for each run, and a last line with the sum. Any failed case ends the command with exit code 1, and so does a run in which every case was skipped.';
  static override examples = [
    '<%= config.bin %> conformance',
    '<%= config.bin %> conformance --target ws://127.0.0.1:8080/polywire --target tcp://127.0.0.1:8001',
    '<%= config.bin %> conformance --only kv --only calls/unary --strict',
    '<%= config.bin %> conformance --codec-command "python3 my_codec.py"',
    '<%= config.bin %> conformance --client-command "python3 my_client.py" --only client/resubscribe',
    '<%= config.bin %> conformance --junit reports --json',
  ];
  static override flags = {
    target: Flags.string({
      description: 'Address of a server under test: ws://, wss:// or tcp://. May be repeated.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'URL',
    }),
    'codec-command': Flags.string({
      description: 'A codec under test: a program that gets vectors on stdin and answers on stdout.',
      helpValue: 'COMMAND',
    }),
    'client-command': Flags.string({
      description: 'A client under test: a program that gets commands on stdin and reports on stdout.',
      helpValue: 'COMMAND',
    }),
    only: Flags.string({
      description: 'Only cases whose path begins with it, such as kv or calls/unary. May be repeated.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'PATH',
    }),
    'must-fail': Flags.string({
      description: 'Cases that are known to fail, such as kv/watch-*; a pass is then a failure. May be repeated.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'PATTERN',
    }),
    feature: Flags.string({
      description: 'A feature that the server has beyond its Hello reply. May be repeated. Default: all of them.',
      multiple: true,
      multipleNonGreedy: true,
    }),
    strict: Flags.boolean({ description: 'A case that only should pass counts as failed too.' }),
    junit: Flags.string({
      description: 'Also write a JUnit report for each target into this directory.',
      helpValue: 'DIR',
    }),
    timeout: durationFlag({
      description: 'How long a step waits for an answer.',
      default: 5_000,
      defaultHelp: async () => '5s',
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Conformance);
    const conformance = await import('@polywire/conformance');
    const { formatJson, formatJUnit, formatTable, runClientConformance, runConformance, SetupError } = conformance;
    const { only, feature: features, 'must-fail': mustFail, strict, timeout: timeoutMs } = flags;
    const { codecs, urls, clients, close } = await subjectsOf(
      flags.target,
      flags['codec-command'],
      flags['client-command'],
    );
    const results: RunResult[] = [];
    try {
      const subjects = [...codecs.map((codec) => ({ codec })), ...urls.map((target) => ({ target }))];
      for (const subject of subjects) {
        this.progress(`testing ${'target' in subject ? subject.target : 'the codec with the offline vectors'}`);
        const result = await runConformance({ ...subject, only, features, mustFail, strict, timeoutMs }).catch(
          (thrown: unknown) => {
            throw thrown instanceof SetupError ? unreachable(thrown) : thrown;
          },
        );
        results.push(result);
        if (!this.jsonEnabled()) await write(`${manyLines(formatTable(result))}\n\n`);
      }
      for (const subject of clients) {
        this.progress(`testing the client over ${subject.transport}`);
        const result = await runClientConformance({ ...subject, only, mustFail, strict, timeoutMs });
        results.push(result);
        if (!this.jsonEnabled()) await write(`${manyLines(formatTable(result))}\n\n`);
      }
    } finally {
      await close();
    }
    const sum = (count: (result: RunResult) => number): number => results.reduce((all, each) => all + count(each), 0);
    const [passed, failed, skipped] = [sum((r) => r.passed), sum((r) => r.failed), sum((r) => r.skipped)];
    if (!this.jsonEnabled() && results.length > 1) {
      await write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
    }
    if (flags.junit !== undefined) {
      await mkdir(flags.junit, { recursive: true });
      for (const [index, result] of results.entries()) {
        await writeFile(join(flags.junit, `polywire-${index + 1}.xml`), formatJUnit(result));
      }
    }
    if (failed > 0 || passed === 0) process.exitCode = 1;
    return { runs: results.map((result) => JSON.parse(formatJson(result))) };
  }
}
