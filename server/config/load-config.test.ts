import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultConfig, listenDefaults } from './defaults.js';
import { describeConfig } from './describe-config.js';
import { type LoadConfigOptions, loadConfig } from './load-config.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'polywire-config-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function load(toml: string | undefined, options: LoadConfigOptions = {}) {
  if (toml !== undefined) writeFileSync(join(directory, 'polywire.toml'), toml);
  return loadConfig({ directory, environment: {}, ...options });
}

function faults(toml: string | undefined, options: LoadConfigOptions = {}): string[] {
  try {
    load(toml, options);
  } catch (error) {
    expect(error).toBeInstanceOf(PolywireError);
    expect((error as PolywireError).code).toBe(ErrorCode.CONFIG_INVALID);
    return (error as PolywireError).message.split('\n');
  }
  return [];
}

const anybody = { permissions: [] };
const noTls = { tlsCert: '', tlsKey: '', tlsCa: '', tlsClientCert: 'none', clientIdFrom: 'client' } as const;

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

  it('knows every key in the file and in the environment', () => {
    const toml = `
      listen = [{ transport = "ws", host = "0.0.0.0", port = 1, path = "/x", insecure = true, dialect = "native", tls_cert = "c", tls_key = "k", tls_ca = "a", tls_client_cert = "required", client_id_from = "certificate", permissions = ["data"], origins = ["*"] }]
      store = { kind = "memory", path = "p", history_entries = 1, history_bytes = 17_179_869_184 }
      conformance.enabled = false
      drain.timeout_ms = 0
      [limits]
      max_connections = 1
      max_payload_bytes = 0x20000
      max_value_bytes = 2
      max_calls = 3
      max_queued_bytes = 65536
      hello_timeout_ms = 100
      max_requests_per_second = 1
      max_bytes_per_second = 2
      max_accepts_per_second = 3
      max_subscriptions = 4
      max_message_bytes = 262144
      stall_timeout_ms = 7
      max_unfinished_bytes = 65537
      [topics]
      history_messages = 1
      history_bytes = 2
      history_age_ms = 3
      total_bytes = 4
      max_topics = 16
      [session]
      resume_window_ms = 0
      max_parked = 1
      heartbeat_ms = 2
      [log]
      level = "silent"
      [text_store]
      prefix = "/stations/v1"
      space = "global"
      [relay]
      redis_url = "rediss://h:1/2"
      token = "t"
      allow_default_token = true
      channels = ["a", "b,c"]
      patterns = []
      bearer = true
      origins = ["https://a.example"]
      not_utf8 = "drop"
      slow_client = "skip"
      max_message_bytes = 1
      [kv_wire]
      expire = "seconds"
      publish_subscribe = true
      max_frame_bytes = 64
      max_buffered_bytes = 65_536
      stall_timeout_ms = 100
      [banio]
      aes_key = "000102030405060708090a0b0c0d0e0F"
      accept_plain = true
      heartbeat_timeout_ms = 1
      max_frame_bytes = 1024
      max_inflated_bytes = 1024
      old_eras = true
      [msgtrans]
      strict = true
      max_payload_bytes = 1024
      max_message_bytes = 1024
      max_inflated_bytes = 1024
      request_timeout_ms = 1
      echo = false
      error_reply = "sorry"
      stall_timeout_ms = 100
      one_packet_a_write = false
      [[auth.tokens]]
      token = "t"
      client_id = "c"
      permissions = ["*"]
      [[auth.tokens]]
      token_sha256 = "${'aB'.repeat(32)}"
      [auth]
      anonymous = ["kv.read", "data"]
      expiry_grace_ms = 0
      [auth.jwt]
      secret = "${'s'.repeat(32)}"
      issuer = "i"
      audience = "a"
      algorithms = ["HS512"]
      client_id_claim = "id"
      permissions_claim = "may"
      clock_skew_ms = 0`;
    const environment = {
      POLYWIRE_STORE_KIND: 'memory',
      POLYWIRE_STORE_PATH: 'p',
      POLYWIRE_STORE_HISTORY_ENTRIES: '1',
      POLYWIRE_STORE_HISTORY_BYTES: '17_179_869_184',
      POLYWIRE_CONFORMANCE_ENABLED: 'false',
      POLYWIRE_DRAIN_TIMEOUT_MS: '0',
      POLYWIRE_LIMITS_MAX_CONNECTIONS: '1',
      POLYWIRE_LIMITS_MAX_PAYLOAD_BYTES: '131072',
      POLYWIRE_LIMITS_MAX_MESSAGE_BYTES: '262144',
      POLYWIRE_LIMITS_STALL_TIMEOUT_MS: '7',
      POLYWIRE_LIMITS_MAX_UNFINISHED_BYTES: '65537',
      POLYWIRE_LIMITS_MAX_VALUE_BYTES: '2',
      POLYWIRE_LIMITS_MAX_CALLS: '3',
      POLYWIRE_LIMITS_MAX_QUEUED_BYTES: ' 65536 ',
      POLYWIRE_LIMITS_HELLO_TIMEOUT_MS: '100',
      POLYWIRE_LIMITS_MAX_REQUESTS_PER_SECOND: '1',
      POLYWIRE_LIMITS_MAX_BYTES_PER_SECOND: '2',
      POLYWIRE_LIMITS_MAX_ACCEPTS_PER_SECOND: '3',
      POLYWIRE_LIMITS_MAX_SUBSCRIPTIONS: '4',
      POLYWIRE_TOPICS_HISTORY_MESSAGES: '1',
      POLYWIRE_TOPICS_HISTORY_BYTES: '2',
      POLYWIRE_TOPICS_HISTORY_AGE_MS: '3',
      POLYWIRE_TOPICS_TOTAL_BYTES: '4',
      POLYWIRE_TOPICS_MAX_TOPICS: '16',
      POLYWIRE_LOG_LEVEL: 'silent',
      POLYWIRE_TEXT_STORE_PREFIX: '/stations/v1',
      POLYWIRE_TEXT_STORE_SPACE: 'global',
      POLYWIRE_RELAY_REDIS_URL: 'rediss://h:1/2',
      POLYWIRE_RELAY_TOKEN: 't',
      POLYWIRE_RELAY_ALLOW_DEFAULT_TOKEN: 'true',
      POLYWIRE_RELAY_CHANNELS: 'a,b',
      POLYWIRE_RELAY_BEARER: 'true',
      POLYWIRE_RELAY_ORIGINS: 'https://a.example',
      POLYWIRE_RELAY_NOT_UTF8: 'drop',
      POLYWIRE_RELAY_SLOW_CLIENT: 'skip',
      POLYWIRE_RELAY_MAX_MESSAGE_BYTES: '1',
      POLYWIRE_KV_WIRE_EXPIRE: 'seconds',
      POLYWIRE_KV_WIRE_PUBLISH_SUBSCRIBE: 'true',
      POLYWIRE_KV_WIRE_MAX_FRAME_BYTES: '64',
      POLYWIRE_KV_WIRE_MAX_BUFFERED_BYTES: '65_536',
      POLYWIRE_KV_WIRE_STALL_TIMEOUT_MS: '100',
      POLYWIRE_SESSION_RESUME_WINDOW_MS: '0',
      POLYWIRE_SESSION_MAX_PARKED: '1',
      POLYWIRE_SESSION_HEARTBEAT_MS: '2',
      POLYWIRE_BANIO_AES_KEY: '000102030405060708090a0b0c0d0e0F',
      POLYWIRE_BANIO_ACCEPT_PLAIN: 'true',
      POLYWIRE_BANIO_HEARTBEAT_TIMEOUT_MS: '1',
      POLYWIRE_BANIO_MAX_FRAME_BYTES: '1024',
      POLYWIRE_BANIO_MAX_INFLATED_BYTES: '1024',
      POLYWIRE_BANIO_OLD_ERAS: 'true',
      POLYWIRE_MSGTRANS_STRICT: 'true',
      POLYWIRE_MSGTRANS_MAX_PAYLOAD_BYTES: '1024',
      POLYWIRE_MSGTRANS_MAX_MESSAGE_BYTES: '1024',
      POLYWIRE_MSGTRANS_MAX_INFLATED_BYTES: '1024',
      POLYWIRE_MSGTRANS_REQUEST_TIMEOUT_MS: '1',
      POLYWIRE_MSGTRANS_ECHO: 'false',
      POLYWIRE_MSGTRANS_ERROR_REPLY: 'sorry',
      POLYWIRE_MSGTRANS_STALL_TIMEOUT_MS: '100',
      POLYWIRE_MSGTRANS_ONE_PACKET_A_WRITE: 'false',
      POLYWIRE_AUTH_ANONYMOUS: 'kv.read, data',
      POLYWIRE_AUTH_EXPIRY_GRACE_MS: '0',
      POLYWIRE_AUTH_JWT_SECRET: 's'.repeat(32),
      POLYWIRE_AUTH_JWT_ISSUER: 'i',
      POLYWIRE_AUTH_JWT_AUDIENCE: 'a',
      POLYWIRE_AUTH_JWT_ALGORITHMS: 'HS512',
      POLYWIRE_AUTH_JWT_CLIENT_ID_CLAIM: 'id',
      POLYWIRE_AUTH_JWT_PERMISSIONS_CLAIM: 'may',
      POLYWIRE_AUTH_JWT_CLOCK_SKEW_MS: '0',
    };
    const wanted = {
      listen: [
        {
          transport: 'ws',
          host: '0.0.0.0',
          port: 1,
          path: '/x',
          insecure: true,
          dialect: 'native',
          tlsCert: 'c',
          tlsKey: 'k',
          tlsCa: 'a',
          tlsClientCert: 'required',
          clientIdFrom: 'certificate',
          permissions: ['data'],
          origins: ['*'],
        },
      ],
      store: { kind: 'memory', path: 'p', historyEntries: 1, historyBytes: 17_179_869_184 },
      conformance: { enabled: false },
      drain: { timeoutMs: 0 },
      limits: {
        maxConnections: 1,
        maxPayloadBytes: 131_072,
        maxValueBytes: 2,
        maxCalls: 3,
        maxQueuedBytes: 65_536,
        helloTimeoutMs: 100,
        maxRequestsPerSecond: 1,
        maxBytesPerSecond: 2,
        maxAcceptsPerSecond: 3,
        maxSubscriptions: 4,
        maxMessageBytes: 262_144,
        stallTimeoutMs: 7,
        maxUnfinishedBytes: 65_537,
      },
      session: { resumeWindowMs: 0, maxParked: 1, heartbeatMs: 2 },
      topics: { historyMessages: 1, historyBytes: 2, historyAgeMs: 3, totalBytes: 4, maxTopics: 16 },
      log: { level: 'silent' },
      textStore: { prefix: '/stations/v1', space: 'global' },
      relay: {
        redisUrl: 'rediss://h:1/2',
        token: 't',
        allowDefaultToken: true,
        channels: ['a', 'b,c'],
        patterns: [],
        bearer: true,
        origins: ['https://a.example'],
        notUtf8: 'drop',
        slowClient: 'skip',
        maxMessageBytes: 1,
      },
      kvWire: {
        expire: 'seconds',
        publishSubscribe: true,
        maxFrameBytes: 64,
        maxBufferedBytes: 65_536,
        stallTimeoutMs: 100,
      },
      banio: {
        aesKey: '000102030405060708090a0b0c0d0e0F',
        acceptPlain: true,
        heartbeatTimeoutMs: 1,
        maxFrameBytes: 1024,
        maxInflatedBytes: 1024,
        oldEras: true,
      },
      msgtrans: {
        strict: true,
        maxPayloadBytes: 1024,
        maxMessageBytes: 1024,
        maxInflatedBytes: 1024,
        requestTimeoutMs: 1,
        echo: false,
        errorReply: 'sorry',
        stallTimeoutMs: 100,
        onePacketAWrite: false,
      },
      auth: {
        tokens: [
          { token: 't', tokenSha256: '', clientId: 'c', permissions: ['*'] },
          { token: '', tokenSha256: 'aB'.repeat(32), clientId: '', permissions: [] },
        ],
        jwt: {
          jwksUrl: '',
          jwksFile: '',
          secret: 's'.repeat(32),
          issuer: 'i',
          audience: 'a',
          algorithms: ['HS512'],
          clientIdClaim: 'id',
          permissionsClaim: 'may',
          clockSkewMs: 0,
        },
        anonymous: ['kv.read', 'data'],
        expiryGraceMs: 0,
      },
    };
    expect(load(toml).config).toEqual(wanted);
    rmSync(join(directory, 'polywire.toml'));
    expect(load(undefined, { environment }).config).toEqual({
      ...wanted,
      listen: defaultConfig.listen,
      relay: { ...wanted.relay, channels: ['a', 'b'] },
      auth: { ...wanted.auth, tokens: [] },
    });
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
