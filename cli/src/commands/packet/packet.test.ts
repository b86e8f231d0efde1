import { describe, expect, it } from 'vitest';
import { polywire } from '../../../test/polywire.js';
import PacketDecode from './decode.js';

// KvService/Get of the key "a": header, Route with the method id, GetRequest.
const GET = '01000103000000070002000000030004' + '0801' + '0a0161';
// The answer: found, value "x", TEXT, revision 5; no Route, so no method.
const GOT = '01000203000000070000000000090000' + '0801' + '120178' + '1802' + '2005';

describe('packet encode', () => {
  it('prints the bytes of a call', async () => {
    const args = ['--service', 'kv', '--method', 'get', '--json-request', '{"key":"a"}', '--message-id', '7'];
    expect(await polywire(['packet', 'encode', ...args])).toMatchObject({ code: 0, stdout: `${GET}\n`, stderr: '' });
    const full = ['--service', 'polywire.kv.v1.KvService', '--method', 'Get', '--json-request', '{"key":"a"}'];
    const { stdout } = await polywire(['packet', 'encode', ...full, '--message-id', '7', '--json']);
    expect(JSON.parse(stdout)).toEqual({ hex: GET });
  });

  it.each([
    [['--service', 'kv', '--method', 'nothing'], /KvService has no method "nothing"; it has Get, Set/],
    [['--service', 'nothing', '--method', 'get'], /there is no service "nothing"; there are polywire/],
    [['--service', 'kv', '--method', 'get', '--json-request', '{'], /the JSON is not a polywire.kv.v1.GetRequest/],
    [
      ['--service', 'kv', '--method', 'get', '--json-request', '{"wrong":1}'],
      /the JSON is not a polywire.kv.v1.GetRequest/,
    ],
  ])('refuses %j with exit code 2', async (args, text) => {
    const { code, stderr } = await polywire(['packet', 'encode', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(text);
  });
});

describe('packet decode', () => {
  it('shows header, route and message of a request', async () => {
    const { code, stdout } = await polywire(['packet', 'decode', GET]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'packet         21 bytes',
        '  version      1',
        '  compression  none',
        '  type         request',
        '  service      3 polywire.kv.v1.KvService',
        '  message id   7',
        '  extension    2 bytes',
        '  payload      3 bytes',
        '  flags        0x0004 route',
        'method         Get',
        'route          {"methodId":1}',
        'message        polywire.kv.v1.GetRequest',
        '  {',
        '    "key": "a"',
        '  }',
        '',
      ].join('\n'),
    );
  });

  it('reads several packets from stdin, and responses with --method', async () => {
    const { stdout } = await polywire(['packet', 'decode', '-', '--method', 'get', '--json'], {
      stdin: `0x${GET}\n${GOT}\n`,
    });
    const { packets } = JSON.parse(stdout);
    expect(packets.map((packet: { message: unknown }) => packet.message)).toEqual([
      { type: 'polywire.kv.v1.GetRequest', value: { key: 'a' } },
      {
        type: 'polywire.kv.v1.GetResponse',
        value: { found: true, value: 'eA==', kind: 'VALUE_KIND_TEXT', revision: '5' },
      },
    ]);
  });

  it('shows the payload of a response whose method it does not know', async () => {
    const { stdout } = await polywire(['packet', 'decode', GOT.slice(0, 16), GOT.slice(16)]);
    expect(stdout).toContain('note           the packet does not say its method: give --method\n');
    expect(stdout).toContain('  0000  08 01 12 01 78 18 02 20 05');
  });

  it('shows an error for what it is', async () => {
    // Route.code 5, and an Error with code 5 and the message "no".
    const { stdout } = await polywire([
      'packet',
      'decode',
      '0100020300000007000200000006000410050805' + '12026e6f',
      '--json',
    ]);
    expect(JSON.parse(stdout).packets[0].message).toEqual({
      type: 'polywire.errors.v1.Error',
      value: { code: 'ERROR_CODE_NOT_FOUND', message: 'no' },
    });
  });

  it.each([
    [
      'a call that wants no answer',
      '0100000100000001000200000004000408030a026279',
      'session.v1.GoAwayRequest',
      { reason: 'by' },
    ],
    [
      'an item of a fan-out',
      '0100000300000001000200000004000408070a020805',
      'kv.v1.WatchResponse',
      { watching: { revision: '5' } },
    ],
  ])('tells %s by its method', async (_, hex, type, value) => {
    const { stdout } = await polywire(['packet', 'decode', hex, '--json']);
    expect(JSON.parse(stdout).packets[0].message).toEqual({ type: `polywire.${type}`, value });
  });

  it.each(PacketDecode.examples.filter((example) => !example.includes('|')))('runs its example %s', async (example) => {
    const { code, stderr } = await polywire(example.split(' ').slice(3));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('hides secrets', async () => {
    const hello = ['--service', 'session', '--method', 'hello', '--json-request', '{"clientId":"c","token":"hunter2"}'];
    const { stdout: hex } = await polywire(['packet', 'encode', ...hello]);
    const { stdout } = await polywire(['packet', 'decode', hex.trim()]);
    expect(stdout).toContain('"token": "(hidden)"');
    expect(stdout).not.toContain('hunter2');
    const json = await polywire(['packet', 'decode', hex.trim(), '--json']);
    expect(json.stdout).not.toContain(Buffer.from('hunter2').toString('hex'));
  });

  it.each([
    [[], 2, /^USAGE: the packet is missing/],
    [['0g'], 2, /^USAGE: "g" is not a hexadecimal digit/],
    [[GET.slice(0, -2)], 6, /^MALFORMED_PACKET: 20 bytes after 0 packets are not a whole packet/],
    [[`02${GET.slice(2)}`], 6, /^UNSUPPORTED_VERSION: /],
    [[`${GET.slice(0, -6)}0aff61`], 6, /^MALFORMED_MESSAGE: the bytes are not a polywire.kv.v1.GetRequest/],
  ])('refuses %j', async (args, exitCode, text) => {
    const { code, stdout, stderr } = await polywire(['packet', 'decode', ...args]);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
    expect(stderr).toMatch(text);
  });
});
