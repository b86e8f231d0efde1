import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../kit/run-cli.js';
import { type RunningServer, runServer } from '../kit/run-server.js';
import { root } from '../rules/source-files.js';

interface Snippet {
  readonly language: string;
  readonly code: string;
  /** What the README says that it prints. */
  readonly output: string;
}

const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** Code blocks, each with the `output` block that follows it. */
function snippets(): Snippet[] {
  const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language, code]) => ({
    language: language as string,
    code: code as string,
  }));
  return blocks.flatMap((block, index) => {
    if (block.language === 'output') return [];
    const next = blocks[index + 1];
    return [{ ...block, output: next?.language === 'output' ? next.code : '' }];
  });
}

const work = join(root, '.cache', 'readme');

function run(
  program: string,
  args: readonly string[],
): Promise<{ stdout: string; stderr: string; code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: work, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ stdout, stderr, code }));
  });
}

describe('what the README shows', () => {
  let server: RunningServer;
  beforeAll(async () => {
    mkdirSync(work, { recursive: true });
    server = await runServer();
  });
  afterAll(async () => {
    await server?.stop();
  });

  /** The README names the default addresses; the test's server has others. */
  const here = (code: string): string =>
    code
      .replaceAll('ws://127.0.0.1:8080/polywire', server.wsUrl)
      .replaceAll('ws://127.0.0.1:8080', server.wsUrl.replace('/polywire', ''))
      .replaceAll('tcp://127.0.0.1:8001', server.tcpUrl);

  it('has the two commands that set everything up', () => {
    const shell = snippets().map(({ code }) => code.trim());
    expect(shell).toContain('npm ci && npm start');
    expect(shell).toContain('npm ci && npm test');
    expect(readFileSync(join(root, '.ci/run'), 'utf8')).toContain('\nnpm ci && npm test\n');
  });

  const shell = snippets().filter(({ language, output }) => language === 'sh' && output !== '');
  it.each(shell.map((snippet, index) => [index, snippet] as const))('shell %i', async (_index, { code, output }) => {
    let stdout = '';
    for (const line of code.trim().split('\n')) {
      const [npx, polywire, ...args] = line.split(' ');
      expect([npx, polywire]).toEqual(['npx', 'polywire']);
      const result = await runCli(args, { POLYWIRE_URL: server.wsUrl });
      expect(result.code, result.stderr).toBe(0);
      // What a write reports is not shown in the README.
      if (/ (get|read) /.test(line)) stdout += result.stdout;
    }
    expect(stdout).toBe(output);
  });

  const scripts = snippets().filter(({ language }) => language === 'js');
  it.each(scripts.map((snippet, index) => [index, snippet] as const))('script %i', async (index, { code, output }) => {
    const path = join(work, `snippet-${index}.mjs`);
    writeFileSync(path, here(code));
    const result = await run(process.execPath, [path]);
    expect(result.stderr).toBe('');
    expect(result.stdout).toBe(output);
  });

  it('its handlers of MsgTrans messages', async () => {
    const program = snippets().find(({ code }) => code.includes('onRequest')) as Snippet;
    const use = `
import { connect } from 'node:net'
const socket = connect(new URL(server.addresses[0]).port, '127.0.0.1')
socket.write(Buffer.from('0100010700000009000000000003000061' + '6263', 'hex'))
let received = ''
for await (const bytes of socket) {
  received += bytes.toString('latin1')
  if (received.endsWith('bytes')) break
}
console.log(received.replace(/[^ -~]+/g, '|'), answer)
await server.close()
`;
    const path = join(work, 'msgtrans.mjs');
    writeFileSync(path, program.code.replaceAll(/port: \d+/g, 'port: 0') + use);
    const result = await run(process.execPath, [path]);
    expect(result.stderr).toBe('');
    expect(result.stdout).toBe('|N |welcome|7: 3 bytes undefined\n');
  });

  it('its own service: compiled, type-checked and served', { timeout: 60_000 }, async () => {
    const proto = snippets().find(({ language }) => language === 'proto') as Snippet;
    const program = snippets().find(({ code }) => code.includes('serve(ChatService')) as Snippet;
    mkdirSync(join(work, 'proto'), { recursive: true });
    writeFileSync(join(work, 'proto/chat.proto'), proto.code);
    const compiled = await runCli(['codegen', '--schema', join(work, 'proto'), '--out', join(work, 'chat')]);
    expect(compiled.code, compiled.stderr).toBe(0);
    const use = `
import { connect } from '@polywire/sdk'
const client = await connect(server.addresses[0] as string)
console.log((await client.use(ChatService).say({ text: 'hi' })).length)
console.log(await client.use(ChatService).say({ text: 'x'.repeat(281) }).catch((error) => error.codeName))
await client.close()
await server.close()
`;
    const anyPort = program.code
      .replaceAll('8080', '0')
      .replaceAll('8001', '0')
      .replace("path: 'data'", `path: '${join(work, 'data')}'`);
    writeFileSync(join(work, 'main.ts'), anyPort + use);
    writeFileSync(
      join(work, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          module: 'NodeNext',
          target: 'ES2022',
          lib: ['ES2023', 'DOM'],
          types: ['node'],
          strict: true,
          outDir: 'out',
          rootDir: '.',
          skipLibCheck: true,
        },
        include: ['main.ts', 'chat/src'],
      }),
    );
    writeFileSync(join(work, 'package.json'), '{ "type": "module" }\n');
    const checked = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', work]);
    expect(checked.stdout + checked.stderr).toBe('');
    const ran = await run(process.execPath, [join(work, 'out/main.js')]);
    expect(ran.stderr).toBe('');
    expect(ran.stdout).toBe('2\nINVALID_ARGUMENT\n');
  });
});
