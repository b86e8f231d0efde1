import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultConfig, listenDefaults } from './defaults.js';
import { describeConfig } from './describe-config.js';
import { anybody, directory, faults, load, noTls } from './load-config.cases.js';
import type { LoadConfigOptions } from './load-config.js';

describe('loadConfig', () => {
  it('without any source gives the defaults', () => {
    const { config, file } = load(undefined);
    expect(config).toEqual(defaultConfig);
    expect(file).toBeUndefined();
  });

  it('with an empty file gives the defaults', () => {
    const { config, file } = load('# nothing');
    expect(config).toEqual(defaultConfig);
    expect(file).toBe('polywire.toml');
  });

  it('takes a flag over the environment over the file over the default, key by key', () => {
    const toml = '[store]\nkind = "lmdb"\npath = "from-file"\nhistory_entries = 1\n[log]\nlevel = "warn"';
    const environment = { POLYWIRE_STORE_PATH: 'from-env', POLYWIRE_STORE_HISTORY_ENTRIES: '2' };
    const { config } = load(toml, { environment, flags: { data: 'from-flag' } });
    expect(config.store).toEqual({ ...defaultConfig.store, path: 'from-flag', historyEntries: 2 });
    expect(config.log.level).toBe('warn');
    expect(load(toml, { environment }).config.store.path).toBe('from-env');
    expect(load(toml).config.store).toEqual({ ...defaultConfig.store, path: 'from-file', historyEntries: 1 });
    expect(load(toml, { flags: { store: 'memory' } }).config.store.kind).toBe('memory');
  });

  it('replaces the list of listeners and completes each of them', () => {
    const toml =
      '[[listen]]\ntransport = "tcp"\n[[listen]]\ntransport = "ws"\nport = 0\npath = "/p"\n[[listen]]\ntransport = "ws"\n[[listen]]\ntransport = "quic"\nalpn = ["h3"]\n[[listen]]\ntransport = "quic"\nport = 9';
    expect(load(toml).config.listen).toEqual([
      { transport: 'tcp', host: '127.0.0.1', port: 8001, insecure: false, dialect: 'native', ...noTls, ...anybody },
      {
        transport: 'ws',
        host: '127.0.0.1',
        port: 0,
        path: '/p',
        insecure: false,
        dialect: 'native',
        ...noTls,
        ...anybody,
        origins: [],
      },
      {
        transport: 'ws',
        host: '127.0.0.1',
        port: 8080,
        path: '/polywire',
        insecure: false,
        dialect: 'native',
        ...noTls,
        ...anybody,
        origins: [],
      },
      {
        transport: 'quic',
        host: '127.0.0.1',
        port: 8003,
        insecure: false,
        dialect: 'native',
        ...noTls,
        ...anybody,
        alpn: ['h3'],
      },
      { ...listenDefaults.quic, port: 9 },
    ]);
  });

  it('merges tables inside tables, and says where each of their keys was said', () => {
    const toml = `[auth.jwt]\nissuer = "file"\nclock_skew_ms = 1\nsecret = "${'f'.repeat(32)}"`;
    const environment = { POLYWIRE_AUTH_JWT_SECRET: 'e'.repeat(32) };
    const loaded = load(toml, { environment });
    expect(loaded.config.auth.jwt).toEqual({
      ...defaultConfig.auth.jwt,
      issuer: 'file',
      clockSkewMs: 1,
      secret: 'e'.repeat(32),
    });
    expect(describeConfig(loaded).filter(({ key }) => key.startsWith('auth'))).toEqual([
      { key: 'auth.jwt.secret', value: '[hidden]', source: 'environment POLYWIRE_AUTH_JWT_SECRET' },
      { key: 'auth.jwt.issuer', value: '"file"', source: 'polywire.toml:2' },
      { key: 'auth.jwt.clock_skew_ms', value: '1', source: 'polywire.toml:3' },
    ]);
  });

  it.each([
    ['[auth]\ntokens = 1', ['polywire.toml:2: auth.tokens must be a list; it is 1']],
    [
      '[auth]\ntokens = [1, { token = 2 }]',
      [
        'polywire.toml:2: auth.tokens[0] must be a table; it is 1',
        'polywire.toml:2: auth.tokens[1].token must be a string; it is [hidden]',
      ],
    ],
    [
      '[[auth.tokens]]\ntokn = "a"',
      ['polywire.toml:2: auth.tokens[0].tokn is not a key; did you mean auth.tokens[0].token?'],
    ],
    ['[auth]\njwt = "x"', ['polywire.toml:2: auth.jwt must be a table; it is "x"']],
    [
      '[auth.jwt]\njwks_url = "ftp://x"',
      ['polywire.toml:2: auth.jwt.jwks_url must match ^(https?://\\S+)?$; it is "ftp://x"'],
    ],
    ['[auth.jwt]\nclock_skew_ms = -1', ['polywire.toml:2: auth.jwt.clock_skew_ms must be at least 0; it is -1']],
    [
      '[[auth.tokens]]\ntoken_sha256 = "abc"',
      ['polywire.toml:2: auth.tokens[0].token_sha256 must match ^([0-9A-Fa-f]{64})?$; it is [hidden]'],
    ],
    ['jwks_url = "https://x"', ['polywire.toml:1: jwks_url is not a key; did you mean auth.jwt.jwks_url?']],
  ])('says what is wrong in a table inside a table: %j', (toml, wanted) => {
    expect(faults(toml)).toEqual(wanted);
  });

  it('reads the file that --config names, else the one that POLYWIRE_CONFIG names, else polywire.toml', () => {
    writeFileSync(join(directory, 'flag.toml'), 'drain.timeout_ms = 1');
    writeFileSync(join(directory, 'env.toml'), '\uFEFFdrain.timeout_ms = 2');
    const environment = { POLYWIRE_CONFIG: 'env.toml' };
    const timeout = (options: LoadConfigOptions) => load('drain.timeout_ms = 3', options).config.drain.timeoutMs;
    expect(timeout({ environment, flags: { config: 'flag.toml' } })).toBe(1);
    expect(timeout({ environment })).toBe(2);
    expect(timeout({ environment: { POLYWIRE_CONFIG: '' } })).toBe(3);
  });

  it('says which file it cannot read', () => {
    mkdirSync(join(directory, 'folder'));
    writeFileSync(join(directory, 'latin.toml'), Buffer.from([0x23, 0xe4]));
    const named = (config: string) => faults(undefined, { flags: { config } });
    expect(named('no.toml')).toEqual(['flag --config: there is no file no.toml']);
    expect(named('folder')).toEqual(['flag --config: cannot read folder (EISDIR)']);
    expect(named('latin.toml')).toEqual(['latin.toml: not TOML: the file is not UTF-8 text']);
    const environment = { POLYWIRE_CONFIG: 'no.toml' };
    expect(faults(undefined, { environment })).toEqual(['environment POLYWIRE_CONFIG: there is no file no.toml']);
    mkdirSync(join(directory, 'polywire.toml'));
    expect(faults(undefined)).toEqual(['cannot read polywire.toml (EISDIR)']);
  });
});

describe('faults', () => {
  it('of the syntax have line and column', () => {
    expect(faults('[store]\nkind = lmdb')).toEqual(['polywire.toml:2:8: not TOML: invalid value']);
    expect(faults('a = 1\na = 2')).toEqual([
      'polywire.toml:2:1: not TOML: trying to redefine an already defined table or value',
    ]);
  });

  it('count also where another source says the key', () => {
    expect(faults('store.kind = "x"', { flags: { store: 'memory' } })).toHaveLength(1);
  });

  it('are reported together with those of the file', () => {
    const lines = faults('nope = 1', { environment: { POLYWIRE_NOPE: '1' }, flags: { store: 'x' } });
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['flag', 'environment', 'polywire.toml:1:']);
  });

  it('never show a secret', () => {
    const planted = 's3cr3t-Pl4nted';
    const files = [
      `token = "${planted}"`,
      `[store]\npassword = "${planted}"\npath = 1`,
      `[store]\nkind = "redis://user:${planted}@host?token=${planted}"`,
      `token = "${planted}`,
      `token = ${planted}`,
      `# Bearer ${planted}\npassword = "${planted}"\nx = = 1`,
    ];
    for (const toml of files) {
      const lines = faults(toml);
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.join('\n')).not.toContain(planted);
    }
  });
});

describe('rules between values', () => {
  it('refuse an empty list of listeners', () => {
    expect(faults('listen = []')).toEqual([
      'polywire.toml:1: listen is empty, so nobody could connect; give a [[listen]] table or leave listen out',
    ]);
  });

  it('name the place of the key', () => {
    const environment = { POLYWIRE_LIMITS_MAX_VALUE_BYTES: '20000000' };
    expect(faults('[[listen]]\ntransport = "ws"\nhost = "0.0.0.0"', { environment })).toEqual([
      'polywire.toml:3: listen[0].host 0.0.0.0 is reachable from other machines and nobody has to authenticate; use 127.0.0.1, ask for client certificates (tls_client_cert), or set insecure = true in this [[listen]] table if that is what you want',
      'environment POLYWIRE_LIMITS_MAX_VALUE_BYTES: limits.max_value_bytes 20000000 does not fit in limits.max_message_bytes 16777216; a message needs 65536 bytes beside the value, so set limits.max_message_bytes to at least 20065536, or limits.max_value_bytes lower',
    ]);
    expect(faults('[limits]\nmax_message_bytes = 1024\nmax_payload_bytes = 1024')[0]).toMatch(
      /^polywire\.toml:2: limits\.max_value_bytes 1048576 does/,
    );
  });
});

describe('describeConfig', () => {
  it('shows listeners, and values that are not defaults with their source', () => {
    const toml =
      '[[listen]]\ntransport = "ws"\nhost = "::"\ninsecure = true\n[limits]\nmax_calls = 5\nmax_connections = 10000';
    const loaded = load(toml, { environment: { POLYWIRE_LOG_LEVEL: 'debug' }, flags: { store: 'memory' } });
    expect(describeConfig(loaded)).toEqual([
      { key: 'listen[0]', value: 'ws [::]:8080/polywire (insecure)', source: 'polywire.toml:1' },
      { key: 'store.kind', value: '"memory"', source: 'flag --store' },
      { key: 'limits.max_calls', value: '5', source: 'polywire.toml:6' },
      { key: 'log.level', value: '"debug"', source: 'environment POLYWIRE_LOG_LEVEL' },
    ]);
  });

  it('shows default listeners as such', () => {
    expect(describeConfig(load('log.level = "warn"'))).toEqual([
      { key: 'listen[0]', value: 'ws 127.0.0.1:8080/polywire', source: 'default' },
      { key: 'listen[1]', value: 'tcp 127.0.0.1:8001', source: 'default' },
      { key: 'listen[2]', value: 'ws 127.0.0.1:8002 (msgtrans)', source: 'default' },
      { key: 'listen[3]', value: 'quic 127.0.0.1:8003', source: 'default' },
      { key: 'listen[4]', value: 'tcp 127.0.0.1:19999 (kv)', source: 'default' },
      { key: 'listen[5]', value: 'tcp 127.0.0.1:6789 (banio)', source: 'default' },
      { key: 'log.level', value: '"warn"', source: 'polywire.toml:1' },
    ]);
  });
});
