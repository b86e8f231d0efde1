import { describe, expect, it } from 'vitest';
import { decodeCommand } from './decode.js';

describe('decodeCommand', () => {
  it.each([
    ['STORE:k:v', { type: 'store', key: 'k', value: 'v' }],
    ['STORE:station:CS001:Online', { type: 'store', key: 'station', value: 'CS001:Online' }],
    ['STORE::', { type: 'store', key: '', value: '' }],
    ['STORE:k:', { type: 'store', key: 'k', value: '' }],
    ['STORE::v', { type: 'store', key: '', value: 'v' }],
    ['STORE: k : v ', { type: 'store', key: ' k ', value: ' v ' }],
    ['READ:k', { type: 'read', key: 'k' }],
    ['READ:a:b', { type: 'read', key: 'a:b' }],
    ['READ:', { type: 'read', key: '' }],
  ])('%s is a command', (text, command) => {
    expect(decodeCommand(text)).toEqual(command);
  });

  it.each(['', 'STORE', 'STORE:', 'STORE:x', 'READ', 'store:k:v', 'read:k', ' STORE:k:v', '\ufeffREAD:k', 'READx:k'])(
    '%j is an echo',
    (text) => {
      expect(decodeCommand(text)).toEqual({ type: 'echo', text });
    },
  );
});
