import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { RetryTokens } from './retry-tokens.js';

const client = { host: '127.0.0.1', port: 5000 };
const originalId = Buffer.from('the id of the client');
const newId = Buffer.from('ours');

describe('RetryTokens', () => {
  const tokens = new RetryTokens();
  const token = tokens.mint(1000.7, client, originalId, newId);

  it.each([1001, 5000, 11_000])('opens at %i', (nowMs) => {
    expect(tokens.open(nowMs, client, token, newId)).toEqual(originalId);
  });

  it.each<[string, Buffer | undefined]>([
    ['too old', tokens.open(11_001, client, token, newId)],
    ['of the future', tokens.open(900, client, token, newId)],
    ['of another address', tokens.open(1001, { ...client, host: '127.0.0.2' }, token, newId)],
    ['of another port', tokens.open(1001, { ...client, port: 5001 }, token, newId)],
    ['for another connection id', tokens.open(1001, client, token, Buffer.from('their'))],
    ['of another server', new RetryTokens().open(1001, client, token, newId)],
    ['empty', tokens.open(1001, client, Buffer.alloc(0), newId)],
    ['too short', tokens.open(1001, client, token.subarray(-20), newId)],
  ])('does not open when it is %s', (_what, opened) => {
    expect(opened).toBeUndefined();
  });

  it('does not open when any byte was changed', () => {
    const opened = [...token.keys()].filter((at) => {
      const changed = Buffer.from(token);
      changed[at] = (changed[at] ?? 0) ^ 1;
      return tokens.open(1001, client, changed, newId) !== undefined;
    });
    expect(opened).toEqual([]);
  });
});
