import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PolywireError } from '@polywire/sdk/core';
import { FakeClock } from '@polywire/sdk/testing';
import { exportJWK, generateKeyPair, type JWK, type JWSHeaderParameters } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IssuerKeys } from './issuer-keys.js';

const INTERVAL_MS = 30_000;
const issuer = { keys: [] as JWK[], fetches: 0, status: 200, answer: Promise.resolve() };
let http: Server;
let url: string;
let clock: FakeClock;
let publicKey: JWK;

beforeAll(async () => {
  http = createServer(async (_request, response) => {
    issuer.fetches++;
    const { status } = issuer;
    const body = JSON.stringify({ keys: issuer.keys });
    await issuer.answer;
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
  publicKey = await exportJWK((await generateKeyPair('EdDSA')).publicKey);
});
afterAll(() => {
  http.closeAllConnections();
  http.close();
});
beforeEach(() => {
  Object.assign(issuer, { keys: [], fetches: 0, status: 200, answer: Promise.resolve() });
  clock = new FakeClock();
  publish('first');
});

function publish(kid: string): void {
  issuer.keys = [...issuer.keys, { ...publicKey, kid, alg: 'EdDSA', use: 'sig' }];
}

/** What becomes of a token that names a key: it has it, or why not. */
async function find(keys: IssuerKeys, kid: string): Promise<string> {
  const header: JWSHeaderParameters = { alg: 'EdDSA', kid };
  try {
    await keys.find(header as never, { payload: '', signature: '' });
    return 'found';
  } catch (thrown) {
    if (PolywireError.is(thrown)) return `${thrown.codeName} ${thrown.retryAfterMs}`;
    return (thrown as { code: string }).code;
  }
}

const UNKNOWN = 'ERR_JWKS_NO_MATCHING_KEY';

describe('keys of an issuer', () => {
  it('are had at once when they were rotated just after a fetch', async () => {
    const keys = new IssuerKeys(url, clock);
    expect(await find(keys, 'first')).toBe('found');
    publish('rotated');
    expect(await find(keys, 'rotated')).toBe('found');
    publish('rotated again');
    expect(await find(keys, 'rotated again')).toBe('found');
    expect(issuer.fetches).toBe(3);
    for (const kid of ['first', 'rotated', 'first']) expect(await find(keys, kid)).toBe('found');
    expect(issuer.fetches).toBe(3);
  });

  it('are fetched within bounds for keys that somebody makes up; who may be right is asked to come back', async () => {
    const keys = new IssuerKeys(url, clock);
    await find(keys, 'first');
    const forged: string[] = [];
    for (let index = 0; index < 20; index++) forged.push(await find(keys, `made-up-${index}`));
    expect(forged.slice(0, 5)).toEqual(Array(5).fill(UNKNOWN));
    expect(new Set(forged.slice(5))).toEqual(new Set([`UNAVAILABLE ${INTERVAL_MS}`]));
    expect(issuer.fetches).toBe(6);
    // A key that is known needs no fetch, and one that is new waits for the next.
    publish('rotated');
    expect(await find(keys, 'first')).toBe('found');
    clock.advance(INTERVAL_MS - 1);
    expect(await find(keys, 'rotated')).toBe('UNAVAILABLE 1');
    clock.advance(1);
    expect(await find(keys, 'rotated')).toBe('found');
    expect(await find(keys, 'made-up')).toBe(`UNAVAILABLE ${INTERVAL_MS}`);
    expect(issuer.fetches).toBe(7);
  });

  it('are fetched once for all that come at a time', async () => {
    const keys = new IssuerKeys(url, clock);
    const first = await Promise.all(Array.from({ length: 20 }, () => find(keys, 'first')));
    expect([new Set(first), issuer.fetches]).toEqual([new Set(['found']), 1]);
    publish('rotated');
    const rotated = await Promise.all(Array.from({ length: 20 }, () => find(keys, 'rotated')));
    expect([new Set(rotated), issuer.fetches]).toEqual([new Set(['found']), 2]);
  });

  it('are fetched again for a token that came while an answer without its key was on the way', async () => {
    const keys = new IssuerKeys(url, clock);
    let answer = (): void => {};
    issuer.answer = new Promise((resolve) => {
      answer = resolve;
    });
    const first = find(keys, 'first');
    await expect.poll(() => issuer.fetches).toBe(1);
    publish('rotated');
    const rotated = find(keys, 'rotated');
    answer();
    expect(await Promise.all([first, rotated])).toEqual(['found', 'found']);
    expect(issuer.fetches).toBe(2);
  });

  it('of an issuer that is ill are asked for within bounds, and had when it is well', async () => {
    const keys = new IssuerKeys(url, clock);
    issuer.status = 500;
    const seen: string[] = [];
    for (let index = 0; index < 20; index++) seen.push(await find(keys, 'first'));
    expect(new Set(seen.slice(0, 5))).toEqual(new Set(['ERR_JOSE_GENERIC']));
    expect(new Set(seen.slice(5))).toEqual(new Set(['UNAVAILABLE 1000']));
    expect(issuer.fetches).toBe(5);
    issuer.status = 200;
    clock.advance(1_000);
    expect(await find(keys, 'first')).toBe('found');
  });
});
