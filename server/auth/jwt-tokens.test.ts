import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PolywireError } from '@polywire/sdk/core';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import { defaultConfig } from '../config/defaults.js';
import type { AuthJwtConfig } from '../config/server-config.js';
import { JwtTokens } from './jwt-tokens.js';

type Key = Awaited<ReturnType<typeof generateKeyPair>>;

const SECRET = 'a secret that is long enough: 32 bytes';
const claims = { sub: 'CS001', permissions: ['kv.read', 'data'] };
const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

/** An issuer on a port of its own. */
const issuer = { keys: [] as JWK[], fetches: 0, status: 200, body: undefined as string | undefined, silent: false };
let http: Server;
let jwksUrl: string;
let folder: string;
const keys = new Map<string, Key>();

async function makeKey(kid: string, algorithm: string): Promise<JWK> {
  const pair = await generateKeyPair(algorithm, { extractable: true });
  keys.set(kid, pair);
  return { ...(await exportJWK(pair.publicKey)), kid, alg: algorithm, use: 'sig' };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'polywire-jwt-'));
  http = createServer((_request, response) => {
    issuer.fetches++;
    if (issuer.silent) return;
    response.writeHead(issuer.status, { 'content-type': 'application/json' });
    response.end(issuer.body ?? JSON.stringify({ keys: issuer.keys }));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  jwksUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}/jwks.json`;
  issuer.keys = await Promise.all([makeKey('rsa', 'RS256'), makeKey('ec', 'ES256'), makeKey('ed', 'EdDSA')]);
  await makeKey('foreign', 'RS256');
});
afterAll(() => {
  http.closeAllConnections();
  http.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => Object.assign(issuer, { fetches: 0, status: 200, body: undefined, silent: false }));

function tokens(config: Partial<AuthJwtConfig> = {}): JwtTokens {
  const full = { ...defaultConfig.auth.jwt, ...(config.secret || config.jwksFile ? {} : { jwksUrl }), ...config };
  return new JwtTokens({ config: full, clock: systemClock });
}

function sign(kid: string, alg: string, payload: JWTPayload = {}, header: object = {}): Promise<string> {
  const key = keys.get(kid)?.privateKey as CryptoKey;
  return new SignJWT({ ...claims, exp: nowSeconds() + 60, ...payload })
    .setProtectedHeader({ alg, kid, ...header })
    .sign(key);
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token that is signed as an attacker likes. */
function forge(header: object, payload: object, secret: string | Uint8Array | undefined): string {
  const text = `${encode(header)}.${encode({ ...claims, exp: nowSeconds() + 60, ...payload })}`;
  return `${text}.${secret === undefined ? '' : createHmac('sha256', secret).update(text).digest('base64url')}`;
}

async function refusalOf(promise: Promise<unknown>): Promise<string> {
  const thrown = await promise.then(
    (value) => new Error(`let in: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (!PolywireError.is(thrown)) throw thrown;
  return `${thrown.codeName}: ${thrown.message}`;
}

describe('keys of an issuer', () => {
  it.each([
    ['rsa', 'RS256'],
    ['ec', 'ES256'],
    ['ed', 'EdDSA'],
  ])('%s: %s is accepted', async (kid, alg) => {
    const exp = nowSeconds() + 60;
    expect(await tokens().identify(await sign(kid, alg, { exp }))).toEqual({
      clientId: 'CS001',
      permissions: ['kv.read', 'data'],
      expiresAtMs: exp * 1_000,
    });
  });

  it('are fetched once for many tokens', async () => {
    const subject = tokens();
    const token = await sign('rsa', 'RS256');
    await Promise.all(Array.from({ length: 20 }, () => subject.identify(token)));
    await subject.identify(token);
    expect(issuer.fetches).toBe(1);
  });

  it('may come from a file', async () => {
    const jwksFile = join(folder, 'jwks.json');
    writeFileSync(jwksFile, JSON.stringify({ keys: issuer.keys }));
    expect((await tokens({ jwksFile }).identify(await sign('ec', 'ES256'))).clientId).toBe('CS001');
    expect(issuer.fetches).toBe(0);
    expect(() => tokens({ jwksFile: join(folder, 'missing') })).toThrow(/jwks_file .* cannot be read \(ENOENT\)/);
    writeFileSync(jwksFile, 'no JSON');
    expect(() => tokens({ jwksFile })).toThrow(/jwks_file .* not a list of keys/);
    writeFileSync(jwksFile, '{"keys": 1}');
    expect(() => tokens({ jwksFile })).toThrow(/jwks_file .* not a list of keys/);
  });

  it('are fetched again for a key that is new, but not for every one that somebody makes up', async () => {
    const subject = tokens();
    await subject.identify(await sign('rsa', 'RS256'));
    const before = issuer.keys;
    issuer.keys = [...before, await makeKey('rotated', 'RS256')];
    expect((await subject.identify(await sign('rotated', 'RS256'))).clientId).toBe('CS001');
    expect(issuer.fetches).toBe(2);
    issuer.keys = before;
    const refusals: string[] = [];
    for (let i = 0; i < 8; i++) {
      refusals.push(await refusalOf(subject.identify(await sign('foreign', 'RS256', {}, { kid: `made-up-${i}` }))));
    }
    expect(refusals[0]).toMatch(/^UNAUTHENTICATED: .*its key is not one of the issuer/);
    expect(refusals[7]).toMatch(/^UNAVAILABLE: .*fetched too often/);
    expect(issuer.fetches).toBe(6);
  });

  it('that cannot be had are a reason to come back, and are had when the issuer is well again', async () => {
    const subject = tokens();
    const token = await sign('rsa', 'RS256');
    issuer.status = 500;
    expect(await refusalOf(subject.identify(token))).toMatch(/^UNAVAILABLE/);
    Object.assign(issuer, { status: 200, body: 'no JSON' });
    expect(await refusalOf(subject.identify(token))).toMatch(/^UNAVAILABLE/);
    issuer.body = '{"keys":"none"}';
    expect(await refusalOf(subject.identify(token))).toMatch(/^UNAVAILABLE/);
    issuer.body = undefined;
    expect((await subject.identify(token)).clientId).toBe('CS001');
    expect(await refusalOf(tokens({ jwksUrl: 'http://127.0.0.1:1/' }).identify(token))).toMatch(/^UNAVAILABLE/);
  });

  it('are not waited for longer than four seconds', async () => {
    issuer.silent = true;
    expect(await refusalOf(tokens().identify(await sign('rsa', 'RS256')))).toMatch(/^UNAVAILABLE/);
  });
});

describe('a token is refused', () => {
  const settings = { issuer: 'https://issuer.example', audience: 'polywire' };
  const good = { iss: settings.issuer, aud: settings.audience };

  it.each<[string, JWTPayload, RegExp]>([
    ['that has expired', { ...good, exp: nowSeconds() - 60 }, /^TOKEN_EXPIRED/],
    ['that does not expire', { ...good, exp: undefined as never }, /^UNAUTHENTICATED: .*claim exp/],
    ['that is not valid yet', { ...good, nbf: nowSeconds() + 60 }, /^UNAUTHENTICATED: .*claim nbf/],
    ['of another issuer', { ...good, iss: 'https://evil.example' }, /^UNAUTHENTICATED: .*claim iss/],
    ['of no issuer', { aud: good.aud }, /^UNAUTHENTICATED: .*claim iss/],
    ['for another audience', { ...good, aud: 'shop' }, /^UNAUTHENTICATED: .*claim aud/],
    ['without a client id', { ...good, sub: undefined as never }, /^UNAUTHENTICATED: .*claim sub/],
    ['with an empty client id', { ...good, sub: '' }, /^UNAUTHENTICATED: .*claim sub/],
    ['with a client id that is too long', { ...good, sub: 'x'.repeat(256) }, /^UNAUTHENTICATED: .*claim sub/],
    ['with a client id that is no text', { ...good, sub: 7 as never }, /^UNAUTHENTICATED/],
  ])('%s', async (_name, payload, refusal) => {
    expect(await refusalOf(tokens(settings).identify(await sign('rsa', 'RS256', payload)))).toMatch(refusal);
  });

  it('and one of several audiences is enough', async () => {
    const token = await sign('rsa', 'RS256', { ...good, aud: ['shop', 'polywire'] });
    expect((await tokens(settings).identify(token)).clientId).toBe('CS001');
  });

  it('whose signature is another key’s, under the name of a good one', async () => {
    const token = await sign('foreign', 'RS256', {}, { kid: 'rsa' });
    expect(await refusalOf(tokens().identify(token))).toMatch(/^UNAUTHENTICATED: .*signature does not fit/);
  });

  it('of which a bit was changed', async () => {
    const [header, , signature] = (await sign('rsa', 'RS256')).split('.');
    const token = `${header}.${encode({ ...claims, sub: 'admin', exp: nowSeconds() + 60 })}.${signature}`;
    expect(await refusalOf(tokens().identify(token))).toMatch(/signature does not fit/);
  });

  it.each(['none', 'None', 'NONE', 'nOnE'])('that says alg %s', async (alg) => {
    for (const kid of ['rsa', undefined]) {
      const token = forge({ alg, kid }, {}, undefined);
      expect(await refusalOf(tokens().identify(token))).toMatch(/^UNAUTHENTICATED/);
      expect(await refusalOf(tokens({ secret: SECRET }).identify(token))).toMatch(/^UNAUTHENTICATED/);
    }
  });

  it('that is signed with HS256 and the public key', async () => {
    const publicKey = keys.get('rsa')?.publicKey as CryptoKey;
    const pem = await exportSPKI(publicKey);
    const jwk = await exportJWK(publicKey);
    for (const secret of [
      pem,
      `${pem}\n`,
      pem.trim(),
      JSON.stringify(jwk),
      Buffer.from(jwk.n ?? '', 'base64url'),
      '',
    ]) {
      const token = forge({ alg: 'HS256', kid: 'rsa' }, {}, secret);
      expect(await refusalOf(tokens().identify(token))).toMatch(/^UNAUTHENTICATED: .*algorithm is not accepted/);
    }
  });

  it('that brings its own key', async () => {
    const jwk = await exportJWK(keys.get('foreign')?.publicKey as CryptoKey);
    const token = await sign('foreign', 'RS256', {}, { kid: 'rsa', jwk, jku: jwksUrl });
    expect(await refusalOf(tokens().identify(token))).toMatch(/^UNAUTHENTICATED/);
    expect(await refusalOf(tokens().identify(await sign('foreign', 'RS256', {}, { kid: undefined, jwk })))).toMatch(
      /^UNAUTHENTICATED/,
    );
  });

  it('whose algorithm is not in the list, although its key is good', async () => {
    expect(await refusalOf(tokens({ algorithms: ['RS256'] }).identify(await sign('ec', 'ES256')))).toMatch(
      /algorithm is not accepted/,
    );
  });

  it('that is none, without quoting it', async () => {
    const garbage = [
      'a.b.c',
      '..',
      'a.b',
      '',
      `${'A'.repeat(8_000)}.e30.e30`,
      `${encode({ alg: 'RS256' })}.${encode(1)}.AA`,
    ];
    for (const token of garbage) {
      const refusal = await refusalOf(tokens().identify(token));
      expect(refusal).toMatch(/^UNAUTHENTICATED/);
      if (token.length > 3) expect(refusal).not.toContain(token.slice(0, 4));
    }
  });
});

describe('a secret', () => {
  it('checks HS256, and nothing that the configuration does not name', async () => {
    const subject = tokens({ secret: SECRET });
    expect((await subject.identify(forge({ alg: 'HS256' }, {}, SECRET))).clientId).toBe('CS001');
    expect(await refusalOf(subject.identify(forge({ alg: 'HS256' }, {}, `${SECRET}x`)))).toMatch(/signature/);
    expect(await refusalOf(subject.identify(await sign('rsa', 'RS256')))).toMatch(/algorithm is not accepted/);
    expect(
      await refusalOf(tokens({ secret: SECRET, algorithms: ['HS512'] }).identify(forge({ alg: 'HS256' }, {}, SECRET))),
    ).toMatch(/algorithm/);
  });
});

describe('claims', () => {
  const permissionsOf = async (
    payload: JWTPayload,
    config: Partial<AuthJwtConfig> = {},
  ): Promise<readonly string[]> => {
    const subject = tokens({ secret: SECRET, ...config });
    return (await subject.identify(forge({ alg: 'HS256' }, { permissions: undefined, ...payload }, SECRET)))
      .permissions;
  };

  it('give permissions as a list, as a text, or in the claim that is configured', async () => {
    expect(await permissionsOf({ permissions: ['a', 1, 'b'] })).toEqual(['a', 'b']);
    expect(await permissionsOf({ scope: 'openid  kv.read' })).toEqual(['openid', 'kv.read']);
    expect(await permissionsOf({ scope: '*', permissions: [] })).toEqual([]);
    expect(await permissionsOf({ may: 'data', scope: '*' }, { permissionsClaim: 'may' })).toEqual(['data']);
    expect(await permissionsOf({ scope: '*' }, { permissionsClaim: 'may' })).toEqual([]);
    expect(await permissionsOf({ permissions: { '0': '*' } as never })).toEqual([]);
    expect(await permissionsOf({})).toEqual([]);
  });

  it('give the client id in the claim that is configured', async () => {
    const subject = tokens({ secret: SECRET, clientIdClaim: 'station' });
    expect((await subject.identify(forge({ alg: 'HS256' }, { station: 'S7' }, SECRET))).clientId).toBe('S7');
    expect(await refusalOf(subject.identify(forge({ alg: 'HS256' }, {}, SECRET)))).toMatch(/claim station/);
  });

  it('may be off by the skew of the clocks', async () => {
    const late = forge({ alg: 'HS256' }, { exp: nowSeconds() - 10 }, SECRET);
    expect(await refusalOf(tokens({ secret: SECRET }).identify(late))).toMatch(/^TOKEN_EXPIRED/);
    expect((await tokens({ secret: SECRET, clockSkewMs: 60_000 }).identify(late)).clientId).toBe('CS001');
  });
});
