import { describe, expect, it } from 'vitest';
import { pathMatches } from './path-pattern.js';

describe('pathMatches', () => {
  it.each([
    ['kv/get', 'kv/get', true],
    ['kv/get', 'kv/get-missing', false],
    ['kv/*', 'kv/get-missing', true],
    ['*', 'kv/get', false],
    ['*/get', 'kv/get', true],
    ['kv/get-*', 'kv/get-missing', true],
    ['kv/get-*', 'kv/get', false],
    ['kv/*-missing', 'kv/get-missing', true],
    ['vectors/*/a.B/x', 'vectors/protobuf/a.B/x', true],
    ['vectors/*/aXB/x', 'vectors/protobuf/a.B/x', false],
    ['vectors/*/a.B/x', 'vectors/protobuf/aXB/x', false],
    ['vectors/**', 'vectors/protobuf/a.B/x/y', true],
    ['vectors/**/y', 'vectors/protobuf/a.B/x/y', true],
    ['**', 'kv/get', true],
    ['vectors/**', 'kv/get', false],
  ])('%s, %s: %s', (pattern, path, matches) => {
    expect(pathMatches(pattern, path)).toBe(matches);
  });
});
