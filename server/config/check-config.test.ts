import { describe, expect, it } from 'vitest';
import { isLoopback } from './bind-host.js';
import { checkConfig } from './check-config.js';
import { completeConfig } from './complete-config.js';
import { defaultConfig } from './defaults.js';
import type { ConfigInput, ListenInput } from './server-config.js';

const check = (input: ConfigInput) => checkConfig(completeConfig(input));

describe('isLoopback', () => {
  const loopback = ['127.0.0.1', '127.8.9.1', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', 'localhost', 'LOCALHOST'];
  const others = [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '::ffff:10.0.0.1',
    '127.1',
    '127.evil.com',
    'fe80::1%lo',
    '',
    'localhost.x',
  ];
  for (const host of loopback) it(`${host} is`, () => expect(isLoopback(host)).toBe(true));
  for (const host of others) it(`${JSON.stringify(host)} is not`, () => expect(isLoopback(host)).toBe(false));
});

describe('checkConfig', () => {
  it('accepts the defaults', () => {
    expect(checkConfig(defaultConfig)).toEqual([]);
  });

  it('refuses a host that is not loopback, unless insecure', () => {
    expect(check({ listen: [{ transport: 'tcp', host: '10.0.0.1' }] })).toEqual([
      'listen[0].host 10.0.0.1 is reachable from other machines and nobody has to authenticate; use 127.0.0.1, ask for client certificates (tls_client_cert), or set insecure = true in this [[listen]] table if that is what you want',
    ]);
    expect(check({ listen: [{ transport: 'tcp', host: '10.0.0.1', insecure: true }] })).toEqual([]);
  });

  it('refuses an origin that no browser would say', () => {
    const origins = ['*', 'https://app.example', 'null', 'app.example', 'https://app.example/'];
    expect(check({ listen: [{ transport: 'ws', origins }] })).toEqual([
      'listen[0].origins[3] must be like https://app.example or http://localhost:3000, without a path',
      'listen[0].origins[4] must be like https://app.example or http://localhost:3000, without a path',
    ]);
  });

  const at = (host: string, port: number, transport: 'ws' | 'tcp' | 'quic' = 'tcp'): ListenInput => ({
    transport,
    host,
    port,
    insecure: true,
  });
  const pairs: readonly (readonly [ListenInput, ListenInput, boolean])[] = [
    [at('127.0.0.1', 1), at('127.0.0.1', 1, 'ws'), true],
    [at('127.0.0.1', 1), at('127.0.0.1', 2), false],
    [at('127.0.0.1', 1), at('127.0.0.1', 1, 'quic'), false],
    [at('127.0.0.1', 1, 'quic'), at('127.0.0.1', 1, 'quic'), true],
    [at('127.0.0.1', 0), at('127.0.0.1', 0), false],
    [at('127.0.0.1', 1), at('127.0.0.2', 1), false],
    [at('0.0.0.0', 1), at('127.0.0.1', 1), true],
    [at('127.0.0.1', 1), at('0.0.0.0', 1), true],
    [at('0.0.0.0', 1), at('::1', 1), false],
    [at('0.0.0.0', 1), at('::', 1), true],
    [at('::', 1), at('127.0.0.1', 1), true],
    [at('localhost', 1), at('127.0.0.1', 1), true],
    [at('::1', 1), at('0:0::1', 1), true],
    [at('a.example', 1), at('b.example', 1), false],
  ];
  for (const [first, second, collides] of pairs) {
    it(`${first.host}:${first.port} and ${second.host}:${second.port} ${collides ? 'collide' : 'do not collide'}`, () => {
      expect(check({ listen: [first, second] })).toHaveLength(collides ? 1 : 0);
    });
  }

  it.each([
    [['polywire', 'h3'], []],
    [[], ['listen[0].alpn is empty, so that no client could connect; name a protocol, or leave it out']],
    [['h3', ''], ['listen[0].alpn has ""; a name has 1 to 255 visible ASCII characters']],
    [['a b'], ['listen[0].alpn has "a b"; a name has 1 to 255 visible ASCII characters']],
  ])('checks the application protocols %j', (alpn, expected) => {
    expect(check({ listen: [{ transport: 'quic', alpn }] })).toEqual(expected);
  });

  it('names both listeners of one address', () => {
    const listen: ListenInput[] = [
      { transport: 'ws', host: '::1' },
      { transport: 'tcp' },
      { transport: 'tcp', host: '::1', port: 8080 },
    ];
    expect(check({ listen })).toEqual([
      'listen[2] (tcp [::1]:8080) is the address of listen[0] (ws [::1]:8080) too; give each [[listen]] table a port of its own',
    ]);
  });

  for (const path of ['/healthz', '/readyz/', '/metrics']) {
    it(`refuses the WebSocket path ${path}`, () => {
      expect(check({ listen: [{ transport: 'ws', path }] })[0]).toContain(`listen[0].path ${path} is where the server`);
    });
  }
  for (const path of ['/', '/healthz2', '/a/metrics']) {
    it(`accepts the WebSocket path ${path}`, () => {
      expect(check({ listen: [{ transport: 'ws', path }] })).toEqual([]);
    });
  }

  it('wants room for a value in a message, to the byte', () => {
    const limits = { maxMessageBytes: 66_536, maxPayloadBytes: 1024 };
    expect(check({ limits: { ...limits, maxValueBytes: 1000 } })).toEqual([]);
    expect(check({ limits: { ...limits, maxValueBytes: 1001 } })).toHaveLength(1);
    // Packets may be larger than what comes in pieces.
    expect(check({ limits: { maxMessageBytes: 1024, maxPayloadBytes: 66_536, maxValueBytes: 1000 } })).toEqual([]);
  });
});
