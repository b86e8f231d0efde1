import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { polywire } from '../../test/polywire.js';

const SCHEMA = `syntax = "proto3";
package chat.v1;
import "polywire/options/v1/options.proto";
service ChatService {
  option (polywire.options.v1.service) = {service_id: 100};
  rpc Say(SayRequest) returns (SayResponse) { option (polywire.options.v1.method) = {method_id: 1}; }
}
message SayRequest { string text = 1 [(polywire.options.v1.field) = {max_len: 100}]; }
message SayResponse { uint32 count = 1; }
`;

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'polywire-codegen-test-'));
  mkdirSync(join(dir, 'proto', 'chat', 'v1'), { recursive: true });
  writeFileSync(join(dir, 'proto', 'chat', 'v1', 'chat.proto'), SCHEMA);
});
afterAll(() => rmSync(dir, { recursive: true }));

const codegen = (...args: string[]) => polywire(['codegen', ...args], { cwd: dir });

describe('codegen', () => {
  it("compiles a user's schema, and --check tells whether it is up to date", async () => {
    const first = await codegen('--schema', 'proto', '--out', 'generated');
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout.split('\n')).toContain('src/api/chat.v1.ts');
    expect(readFileSync(join(dir, 'generated', 'src', 'api', 'chat.v1.ts'), 'utf8')).not.toBe('');

    expect(await codegen('--schema', 'proto', '--out', 'generated', '--check')).toMatchObject({ code: 0, stdout: '' });
    appendFileSync(join(dir, 'generated', 'src', 'api', 'chat.v1.ts'), '// changed\n');
    const check = await codegen('--schema', 'proto', '--out', 'generated', '--check', '--json');
    expect(check.code).toBe(1);
    expect(JSON.parse(check.stdout)).toMatchObject({ changed: ['src/api/chat.v1.ts'] });
    expect(await codegen('--schema', 'proto', '--out', 'generated')).toMatchObject({
      code: 0,
      stdout: 'src/api/chat.v1.ts\n',
    });
  });

  it('never removes what it did not write', async () => {
    mkdirSync(join(dir, 'project', 'src'), { recursive: true });
    writeFileSync(join(dir, 'project', 'src', 'mine.ts'), 'precious');
    const { code, stderr } = await codegen('--schema', 'proto', '--out', 'project');
    expect(code).toBe(2);
    expect(stderr).toContain('project/src has files that codegen did not write');
    expect(existsSync(join(dir, 'project', 'src', 'mine.ts'))).toBe(true);
  });

  it('names the place of a mistake in the schema', async () => {
    mkdirSync(join(dir, 'broken'), { recursive: true });
    writeFileSync(join(dir, 'broken', 'a.proto'), 'syntax = "proto3";\npackage a;\nmessage A { strin x = 1; }\n');
    const { code, stdout, stderr } = await codegen('--schema', 'broken', '--out', 'nowhere');
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr).toMatch(/^SCHEMA_INVALID: a\.proto:3:13/m);
    expect(existsSync(join(dir, 'nowhere'))).toBe(false);
  });

  it.each([
    [['--schema', 'proto'], /give both --schema DIR and --out DIR/],
    [['--schema', 'nothing', '--out', 'x'], /there is no folder nothing/],
    [['--own', '--out', 'x'], /--own/],
  ])('refuses %j with exit code 2', async (args, text) => {
    const { code, stderr } = await codegen(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(text);
  });
});
