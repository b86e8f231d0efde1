import { describe, expect, it } from 'vitest';
import type { UpgradeRequest } from '../transports/listener.js';
import { OriginRule } from './origin-rule.js';

function permits(
  origin: string,
  origins: readonly string[] = [],
  trustsOwnHost = true,
  host = 'app.example:8080',
): boolean {
  const headers: Readonly<Record<string, string>> = { origin, host };
  const request: UpgradeRequest = { path: '/', query: '', protocols: [], header: (name) => headers[name] ?? '' };
  return new OriginRule({ origins, trustsOwnHost }).permits(request);
}

describe('without a list of origins', () => {
  it.each([
    '',
    'http://localhost:5173',
    'https://localhost',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
    'HTTP://LOCALHOST',
  ])('%j may connect', (origin) => {
    expect(permits(origin)).toBe(true);
    expect(permits(origin, [], false)).toBe(true);
  });

  it.each([
    'https://evil.example',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://127.evil.example',
    'http://localhost@evil.example',
    'null',
    'file://localhost/page.html',
    'chrome-extension://localhost',
    'garbage',
    'http://',
    'http://app.example:8081',
    'http://app.example',
    'http://app.example:8080.evil.example',
  ])('%j may not', (origin) => {
    expect(permits(origin)).toBe(false);
  });

  it('pages of the own host may, unless any page could be one', () => {
    expect(permits('http://app.example:8080')).toBe(true);
    expect(permits('http://app.example:8080', [], false)).toBe(false);
    expect(permits('https://app.example', [], true, 'app.example')).toBe(true);
    expect(permits('https://app.example', [], true, 'app.example:443')).toBe(true);
    expect(permits('https://app.example', [], true, 'APP.example')).toBe(true);
    expect(permits('https://app.example', [], true, '')).toBe(false);
    expect(permits('https://app.example', [], true, 'x/../app.example')).toBe(false);
  });
});

describe('with a list of origins', () => {
  const list = ['https://app.example', 'http://localhost:3000', 'null'];

  it('those and no others may, and who has none', () => {
    for (const origin of ['', ...list, 'HTTPS://App.Example']) expect(permits(origin, list)).toBe(true);
    for (const origin of [
      'http://app.example',
      'https://app.example:444',
      'http://localhost:3001',
      'http://app.example:8080',
    ]) {
      expect(permits(origin, list)).toBe(false);
    }
  });

  it('* is all', () => {
    expect(permits('https://evil.example', ['*'], false)).toBe(true);
    expect(permits('null', ['*'], false)).toBe(true);
  });
});
