import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { createLogger, type LogFields, type LoggerOptions } from './log.js';
import { formatLogLine } from './log-line.js';

const planted = 's3cr3t-Pl4nted';

function capture(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const logger = createLogger({ level: 'debug', pretty: false, color: false, write, ...options });
  return { logger, lines, record: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '') };
}

function failure(message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code: 'EFAIL', details: { token: planted, field: 'key' } });
}

class Loud {
  get token(): string {
    return planted;
  }
  password = planted;
}

const secretFields: readonly (readonly [name: string, fields: LogFields])[] = [
  ['a token', { token: planted }],
  ['a resume token in an object in a list', { calls: [{ hello: { resume_token: planted } }] }],
  ['camelCase', { resume: { resumeToken: planted } }],
  ['a header', { headers: { Authorization: `Bearer ${planted}`, 'set-cookie': planted } }],
  ['a map', { metadata: new Map([['x-api-key', planted]]) }],
  ['a set', { urls: new Set([`ws://h/ws?token=${planted}`]) }],
  ['an object as the secret', { token: { value: planted } }],
  ['bytes as the secret', { secret: new TextEncoder().encode(planted) }],
  ['bytes of anything', { value: Buffer.from(planted) }],
  ['a URL text', { url: `wss://user:${planted}@h/ws?a=1&access_token=${planted}#x` }],
  ['a URL', { url: new URL(`wss://user:${planted}@h/ws?a=1&access_token=${planted}`) }],
  ['JSON text', { text: `{"token":"${planted}"}` }],
  ['an instance', { client: new Loud() }],
  ['an error with details and cause', { err: failure(`password=${planted}`, failure(`Bearer ${planted}`)) }],
  ['a name in a name', { [`token=${planted}`]: 1 }],
  ['a secret where a text is cut', { url: `ws://${'h'.repeat(100)}/?token=${planted}` }],
  ['a URL password in a long text', { url: `ws://${'u'.repeat(110)}:${planted}@${'h'.repeat(2000)}/` }],
  ['a URL password where a text is cut', { url: `ws://${'u'.repeat(110)}:${planted}@host/` }],
];

describe('secrets', () => {
  for (const [name, fields] of secretFields) {
    for (const pretty of [false, true]) {
      it(`${name}, ${pretty ? 'pretty' : 'JSON'}, in a record and in a child`, () => {
        const { logger, lines } = capture({ pretty });
        logger.info('with fields', fields);
        logger.child(fields).info('from a child');
        expect(lines).toHaveLength(2);
        // Bytes would be seen as their codes.
        expect(lines.join('')).not.toMatch(/s3cr3t|Pl4nted|115,51,99|"0":115/);
      });
    }
  }

  it('are hidden in messages too', () => {
    const { logger, record } = capture();
    logger.error(`cannot open redis://:${planted}@h?token=${planted}`);
    expect(record().msg).toBe('cannot open redis://:[hidden]@h?token=[hidden]');
  });
});

describe('records', () => {
  it('carry level, time, message, fields of the child and of the call', () => {
    const { logger, record, lines } = capture();
    logger.child({ session: 's1' }).warn('100%% %s done', { count: 3, big: 2n ** 60n, none: undefined, ok: true });
    expect(lines[0]?.endsWith('}\n')).toBe(true);
    const { time, ...rest } = record();
    expect(Math.abs(Date.parse(String(time)) - Date.now())).toBeLessThan(10_000);
    expect(rest).toEqual({
      level: 'warn',
      msg: '100%% %s done',
      session: 's1',
      count: 3,
      big: '1152921504606846976',
      ok: true,
    });
  });

  it('take values of every kind', () => {
    const { logger, record } = capture();
    const map = new Map<unknown, unknown>([[1, 'one']]);
    logger.info('x', { map, set: new Set([2]), date: new Date(0), url: new URL('ws://h/p'), none: null });
    expect(record()).toMatchObject({ map: { 1: 'one' }, set: [2], url: 'ws://h/p', none: null });
    expect(record().date).toBe('1970-01-01T00:00:00.000Z');
    logger.info('x', { err: Object.assign(new Error('e'), { code: 5, codeName: 'NOT_FOUND' }) });
    expect(record()).toMatchObject({ err: { code: 'NOT_FOUND' } });
  });

  it('below the level cost nothing: their fields are not read', () => {
    const { logger } = capture({ level: 'info' });
    let reads = 0;
    const fields = {
      get costly(): number {
        return ++reads;
      },
    };
    logger.debug('x', fields);
    expect(reads).toBe(0);
    logger.info('x', fields);
    expect(reads).toBe(1);
  });

  it('cannot be overwritten by fields', () => {
    const { logger, record } = capture();
    logger.child({ time: 'never' }).info('real', { level: 'error', msg: 'forged' });
    expect(record()).toMatchObject({ level: 'info', msg: 'real', level_: 'error', msg_: 'forged', time_: 'never' });
  });

  it('show an error with its code, details, stack and cause', () => {
    const { logger, record } = capture();
    logger.error('failed', { err: failure('outer', new TypeError('inner')) });
    const err = record().err as Record<string, unknown>;
    expect(err).toMatchObject({ type: 'Error', message: 'outer', code: 'EFAIL', details: { field: 'key' } });
    expect(err.cause).toMatchObject({ type: 'TypeError', message: 'inner' });
    expect(String(err.stack)).toMatch(/^at .*log\.test\.ts/);
  });

  const levels = [
    ['silent', []],
    ['fatal', []],
    ['error', ['error']],
    ['warn', ['error', 'warn']],
    ['info', ['error', 'warn', 'info']],
    ['debug', ['error', 'warn', 'info', 'debug']],
    ['trace', ['error', 'warn', 'info', 'debug']],
  ] as const;
  for (const [level, written] of levels) {
    it(`at level ${level}: ${written.join(' ')}`, () => {
      const { logger, lines } = capture({ level });
      for (const method of ['error', 'warn', 'info', 'debug'] as const) logger[method]('x');
      expect(lines.map((line) => JSON.parse(line).level)).toEqual(written);
    });
  }
});

describe('hostile values', () => {
  const cases: readonly (readonly [string, unknown, unknown])[] = [
    ['line breaks', 'a\r\n{"level":"error"}', 'a\\r\\n{"level":"error"}'],
    ['terminal control', '\u001b[2J\u0007\u009b1m\u007f', '\\x1b[2J\\x07\\x9b1m\\x7f'],
    ['turned reading direction', 'a\u202eb\u2028c', 'a\\u202eb\\u2028c'],
    ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
    ['128 bytes', 'x'.repeat(128), 'x'.repeat(128)],
    ['129 bytes', 'x'.repeat(129), `${'x'.repeat(128)}…`],
    ['two-byte characters over the limit', 'ä'.repeat(65), `${'ä'.repeat(64)}…`],
    ['a character across the limit', `${'x'.repeat(127)}😀`, `${'x'.repeat(127)}…`],
    ['escapes count', '\n'.repeat(65), `${'\\n'.repeat(64)}…`],
    ['not a number', Number.NaN, 'NaN'],
    ['a function', () => 1, '[function]'],
    ['depth', { a: { b: { c: { d: { e: 1 } } } } }, { a: { b: { c: { d: '[deeper]' } } } }],
  ];
  for (const [name, value, written] of cases) {
    it(name, () => {
      const { logger, record } = capture();
      logger.info('x', { value });
      expect(record().value).toEqual(written);
    });
  }

  it('that contain themselves, are huge, throw, or are named __proto__ are written once and bounded', () => {
    const { logger, lines } = capture();
    const loop: Record<string, unknown> = {};
    for (let i = 0; i < 40; i++) loop[`k${i}`] = loop;
    const thrower = {
      get bad(): never {
        throw new Error('no');
      },
    };
    logger.info('loop', { loop });
    logger.info('huge', { list: Array.from({ length: 1e6 }, (_, i) => i), text: 'x'.repeat(1e7) });
    logger.info('thrower', { thrower });
    logger.info('proto', JSON.parse('{"__proto__":{"polluted":1},"a":{"__proto__":{"polluted":1}}}'));
    expect(lines).toHaveLength(4);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(20_000);
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ msg: 'thrower', unreadable: true });
    expect(lines[3]).toContain('"a":{"__proto__":{"polluted":1}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('lines for a person', () => {
  it('have time, level, message and fields; stacks come below', () => {
    const json = JSON.stringify({
      level: 'warn',
      time: '2026-01-02T03:04:05.678Z',
      msg: 'slow reader',
      session: 's1',
      path: 'a b',
      err: { message: 'm', stack: 'at a\nat b', cause: { message: 'c', stack: 'at c' } },
    });
    expect(formatLogLine(json, { color: false })).toBe(
      [
        '03:04:05.678 WARN  slow reader session=s1 path="a b" err={"message":"m","cause":{"message":"c"}}',
        '    at a',
        '    at b',
        '    at c',
        '',
      ].join('\n'),
    );
  });

  it('have colors only when asked', () => {
    const json = '{"level":"error","time":"2026-01-02T03:04:05.678Z","msg":"m"}';
    expect(formatLogLine(json, { color: true })).toContain('\u001b[31mERROR\u001b[0m');
    expect(formatLogLine(json, { color: false })).not.toContain('\u001b');
    expect(formatLogLine('no json', { color: true })).toBe('no json');
  });

  it('cannot be forged by a client: one record stays one line without control characters', () => {
    const { logger, lines } = capture({ pretty: true });
    logger.info('message', { id: '\n03:04:05.678 ERROR forged \u001b[2J', '\nname': 1 });
    expect(lines.join('').trimEnd().split('\n')).toHaveLength(1);
    expect(lines.join('')).not.toContain('\u001b');
  });
});

describe('the default destination', () => {
  it('is stderr, written before the process ends; stdout stays free', async () => {
    const bundle = await build({
      stdin: {
        contents: `
          import { createLogger } from './log.js';
          createLogger({ level: 'info' }).info('to stderr', { token: '${planted}' });
          process.exit(0);`,
        resolveDir: import.meta.dirname,
      },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      packages: 'external',
    });
    const input = bundle.outputFiles[0]?.text ?? '';
    const run = spawnSync(process.execPath, ['--input-type=module'], { input, cwd: import.meta.dirname });
    expect(JSON.parse(String(run.stderr))).toMatchObject({ level: 'info', msg: 'to stderr', token: '[hidden]' });
    expect(run.stdout).toHaveLength(0);
  });
});
