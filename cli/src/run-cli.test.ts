import { expect, it } from 'vitest';
import { polywire } from '../test/polywire.js';

it.each([[['--help']], [['help']], [[]]])('shows all commands with %j', async (args) => {
  const { code, stdout, stderr } = await polywire(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/TOPICS\n {2}data .*\n {2}io .*\n {2}kv /);
});

it.each([[['kv', 'set', '--help']], [['help', 'kv', 'set']], [['kv', 'set', '-h']]])(
  'shows a command with %j, and the exit codes',
  async (args) => {
    const { code, stdout } = await polywire(args);
    expect(code).toBe(0);
    expect(stdout).toContain('polywire kv set [KEY] [VALUE]');
    expect(stdout).toMatch(/EXIT CODES\n {2}0 {2}Done/);
  },
);

it.each([
  [['nothing'], 'USAGE: there is no command "nothing"\n  try: polywire --help\n'],
  [['kv', 'nothing'], 'USAGE: there is no command "kv nothing"\n  try: polywire kv --help\n'],
])('refuses %j with exit code 2', async (args, text) => {
  expect(await polywire(args)).toMatchObject({ code: 2, stdout: '', stderr: text });
  const json = await polywire([...args, '--json']);
  expect(json).toMatchObject({ code: 2, stdout: '' });
  expect(JSON.parse(json.stderr).error).toMatchObject({ code: 'USAGE', exitCode: 2 });
});

it('prints its version', async () => {
  expect((await polywire(['--version'])).stdout).toMatch(/^polywire\/\d+\.\d+\.\d+ /);
});
