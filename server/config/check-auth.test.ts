import { describe, expect, it } from 'vitest';
import { checkConfig } from './check-config.js';
import { completeConfig } from './complete-config.js';
import type { AuthInput, ListenInput } from './server-config.js';

/** What is wrong with a configuration that says its listeners. */
function faults(auth: AuthInput, listen: readonly ListenInput[] = [{ transport: 'ws' }]): string[] {
  const originOf = (path: readonly (string | number)[]) =>
    path.length === 1 && path[0] === 'listen' ? 'file' : undefined;
  return checkConfig(completeConfig({ auth, listen }), originOf);
}

const tokens = [{ token: 'secret', permissions: ['*'] }];
const secret = 's'.repeat(32);

describe('checkAuth', () => {
  it('accepts what is whole', () => {
    expect(faults({})).toEqual([]);
    expect(faults({ tokens, anonymous: ['kv.read'] })).toEqual([]);
    expect(faults({ tokens: [{ tokenSha256: 'a'.repeat(64), clientId: 'CS001' }] })).toEqual([]);
    expect(faults({ jwt: { secret, algorithms: ['HS512'], issuer: 'i' } })).toEqual([]);
    expect(faults({ jwt: { jwksUrl: 'https://issuer.example/keys', algorithms: ['ES256', 'EdDSA'] } })).toEqual([]);
    expect(faults({ jwt: { jwksUrl: 'http://localhost:1/keys' } })).toEqual([]);
    expect(faults({ jwt: { jwksUrl: 'http://[::1]:1/keys' } })).toEqual([]);
  });

  it.each<[string, AuthInput, string]>([
    ['a token table without token', { tokens: [{}] }, 'auth.tokens[0] needs token_sha256 or token, one of them'],
    [
      'a token table with both',
      { tokens: [{ token: 'a', tokenSha256: 'a'.repeat(64) }] },
      'auth.tokens[0] needs token_sha256 or token, one of them',
    ],
    [
      'the same token twice, once as its hash',
      {
        tokens: [{ token: 'abc' }, { tokenSha256: 'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD' }],
      },
      'auth.tokens[1] has the token of auth.tokens[0] too',
    ],
    [
      'a permission that is none',
      { tokens: [{ token: 'a', permissions: ['kv', 'topics'] }] },
      'auth.tokens[0].permissions[1] "topics" is no permission; did you mean topic?',
    ],
    [
      'one of anonymous clients',
      { tokens, anonymous: ['kv:'] },
      'auth.anonymous[0] "kv:" has nothing after the colon; leave the colon out to permit it for everything',
    ],
    [
      'permissions that nobody would check',
      { anonymous: ['kv'] },
      'auth.anonymous is checked only when somebody has to authenticate; give an [[auth.tokens]] table or a key in [auth.jwt], or leave it out',
    ],
    [
      'JWTs without keys',
      { jwt: { issuer: 'https://issuer.example' } },
      'auth.jwt needs jwks_url, jwks_file or secret: without keys no token can be checked',
    ],
    [
      'two sources of keys',
      { jwt: { secret, jwksFile: 'keys.json' } },
      'auth.jwt has more than one of jwks_url, jwks_file and secret; keep one',
    ],
    ['a short secret', { jwt: { secret: 'short' } }, 'auth.jwt.secret must have at least 32 bytes; it has 5'],
    [
      'an algorithm of public keys with a secret',
      { jwt: { secret, algorithms: ['RS256'] } },
      'auth.jwt.algorithms[0] must be one of HS256, HS384, HS512',
    ],
    [
      'an algorithm of secrets with public keys',
      { jwt: { jwksFile: 'keys.json', algorithms: ['ES256', 'HS256'] } },
      'auth.jwt.algorithms[1] must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519',
    ],
    [
      'no algorithm',
      { jwt: { jwksFile: 'keys.json', algorithms: ['none'] } },
      'auth.jwt.algorithms[0] must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519',
    ],
    [
      'keys that come over a connection that others can change',
      { jwt: { jwksUrl: 'http://issuer.example/keys' } },
      'auth.jwt.jwks_url must begin with https:// unless the host is this machine: whoever can change the keys on their way lets in whom they like',
    ],
    [
      'an address that is none',
      { jwt: { jwksUrl: 'https://' } },
      'auth.jwt.jwks_url must be like https://issuer.example/.well-known/jwks.json',
    ],
  ])('refuses %s, without quoting secrets', (_name, auth, fault) => {
    expect(faults(auth)).toEqual([fault]);
  });

  it.each<[ListenInput, string | undefined]>([
    [
      { transport: 'tcp', dialect: 'kv' },
      'listen[0].permissions is missing: clients of the dialect kv have no tokens; say what they may do, or leave the listener out',
    ],
    [
      { transport: 'ws', dialect: 'text' },
      'listen[0].permissions is missing: clients of the dialect text have no tokens; say what they may do, or leave the listener out',
    ],
    [
      { transport: 'tcp', dialect: 'banio', permissions: ['kv'] },
      'listen[0].permissions needs "banio": the wire is permitted as a whole',
    ],
    [
      { transport: 'ws', dialect: 'msgtrans', permissions: ['kv'] },
      'listen[0].permissions needs "msgtrans": the wire is permitted as a whole',
    ],
    [{ transport: 'tcp', dialect: 'banio', permissions: ['banio'] }, undefined],
    [{ transport: 'ws', dialect: 'msgtrans', permissions: ['*'] }, undefined],
    [{ transport: 'tcp', dialect: 'kv', permissions: ['kv.read'] }, undefined],
    [
      { transport: 'tcp', permissions: ['kv.raed'] },
      'listen[0].permissions[0] "kv.raed" is no permission; did you mean kv.read?',
    ],
    [{ transport: 'tcp' }, undefined],
  ])('with tokens, of the listener %j: %s', (listener, fault) => {
    expect(faults({ tokens }, [listener])).toEqual(fault === undefined ? [] : [fault]);
  });

  it('says nothing of the default listeners, which are left out', () => {
    expect(checkConfig(completeConfig({ auth: { tokens } }))).toEqual([]);
  });

  it('refuses permissions of a listener that nobody would check', () => {
    expect(faults({}, [{ transport: 'tcp', dialect: 'kv', permissions: ['kv.read'] }])).toEqual([
      'listen[0].permissions is checked only when somebody has to authenticate; give an [[auth.tokens]] table or a key in [auth.jwt], or leave it out',
    ]);
  });

  it('takes tokens for authentication where the wire has them', () => {
    const open = { transport: 'tcp', host: '10.0.0.1' } as const;
    expect(faults({ tokens }, [open])).toEqual([]);
    expect(faults({}, [open])).toHaveLength(1);
    expect(faults({ tokens }, [{ ...open, dialect: 'kv', permissions: ['kv'] }])).toEqual([
      expect.stringContaining('reachable from other machines and nobody has to authenticate'),
    ]);
  });
});
