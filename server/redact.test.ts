import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hideSecrets, isSecretName } from './redact.js';

describe('isSecretName', () => {
  const secret = ['token', 'TOKEN', 'resume_token', 'resumeToken', 'Authorization', 'Proxy-Authorization', 'password'];
  const more = ['db_password', 'clientSecret', 'set-cookie', 'X-Api-Key', 'private_key', 'credentials', 'passphrase'];
  for (const name of [...secret, ...more]) {
    it(`${name} is one`, () => expect(isSecretName(name)).toBe(true));
  }
  for (const name of ['key', 'value', 'client_id', 'tokens_used', 'path', 'max_calls', '', 'session_id']) {
    it(`${JSON.stringify(name)} is none`, () => expect(isSecretName(name)).toBe(false));
  }

  it('knows every field that the schema marks secret', () => {
    const folder = fileURLToPath(new URL('../schema', import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.proto'));
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
    const marked = [...text.matchAll(/(\w+) = \d+ \[[^\]]*secret: true[^\]]*\]/g)].map((match) => match[1] ?? '');
    expect(marked).toContain('resume_token');
    expect(marked.length).toBe(text.split('secret: true').length - 1);
    expect(marked.filter((name) => !isSecretName(name))).toEqual([]);
  });
});

describe('hideSecrets', () => {
  const cases: readonly (readonly [text: string, hidden: string])[] = [
    ['ws://h/ws?token=s3cret', 'ws://h/ws?token=[hidden]'],
    ['ws://h/ws?a=1&token=s3cret&b=2#c', 'ws://h/ws?a=1&token=[hidden]&b=2#c'],
    ['/ws?%74oken=s3cret', '/ws?%74oken=[hidden]'],
    ['/ws?%zz=1', '/ws?%zz=1'],
    ['redis://user:s3cret@host:1/0', 'redis://user:[hidden]@host:1/0'],
    ['redis://:s3cret@host', 'redis://:[hidden]@host'],
    ['http://host:80/a@b', 'http://host:80/a@b'],
    ['Authorization: Bearer s3cret', 'Authorization: [hidden]'],
    ['authorization: Digest a="s3cret", b=s3cret\nnext', 'authorization: [hidden]\nnext'],
    ['got Bearer s3cret.s3cret==, why', 'got Bearer [hidden], why'],
    ['basic dXNlcjpz', 'basic [hidden]'],
    ['Cookie: a=b; sid=s3cret', 'Cookie: [hidden]'],
    ['{"token":"s3cret","key":"k"}', '{"token":"[hidden]","key":"k"}'],
    ['{\\"token\\": \\"s3cret\\"}', '{\\"token\\": \\"[hidden]\\"}'],
    ["password = 's3 cret' rest", "password = '[hidden]' rest"],
    ['"token":"s3cr', '"token":"[hidden]'],
    ['{"authorization":"Digest s3cret"}', '{"authorization":"[hidden]"}'],
    ['api_key=s3cret', 'api_key=[hidden]'],
    ['url="ws://h/?token=s3cret" x', 'url="ws://h/?token=[hidden]" x'],
    ['note = "token = \'s3cret\'"', 'note = "token = \'[hidden]\'"'],
    ['token=password=s3cret', 'token=[hidden]'],
    ['token=', 'token='],
    ['key=value: 12', 'key=value: 12'],
    ['nothing to see', 'nothing to see'],
  ];
  for (const [text, hidden] of cases) {
    it(text, () => expect(hideSecrets(text)).toBe(hidden));
  }

  it('takes linear time on hostile text', () => {
    for (const piece of ['a', ' ', '"', 'token', 'token=', ':', '://', 'x:', '\\"', '%', 'bearer ']) {
      const run = piece.repeat(100_000 / piece.length);
      for (const text of [`token ${run}=`, `token= ${run}`, `${run}!`]) {
        const startedAt = performance.now();
        hideSecrets(`:${text}`);
        expect(performance.now() - startedAt, piece).toBeLessThan(500);
      }
    }
  });
});
