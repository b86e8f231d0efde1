import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultConfig } from './defaults.js';
import { directory, load } from './load-config.cases.js';

it('loadConfig knows every key in the file and in the environment', () => {
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
      max_locks_per_client = 9
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
    POLYWIRE_LIMITS_MAX_LOCKS_PER_CLIENT: '9',
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
      maxLocksPerClient: 9,
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
      onePacketAWrite: false,
      stallTimeoutMs: 100,
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
