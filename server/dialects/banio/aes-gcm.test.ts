import { Buffer } from 'node:buffer';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { AesGcm } from './aes-gcm.js';

describe('AES-GCM', () => {
  // Test case 3 of McGrew and Viega's specification of GCM.
  const key = 'feffe9928665731c6d6a8f9467308308';
  const plain = Buffer.from(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255',
    'hex',
  );
  const nonce = Buffer.from('cafebabefacedbaddecaf888', 'hex');

  it('writes nonce, cipher text and tag', () => {
    const sealed = new AesGcm(key).seal(plain, nonce).toString('hex');
    expect(sealed).toBe(
      'cafebabefacedbaddecaf888' +
        '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985' +
        '4d5c2af327cd64a62cf35abd2ba6fab4',
    );
  });

  it.each([32, 48, 64])('opens what it sealed, with %i digits', (digits) => {
    const cipher = new AesGcm(key.repeat(2).slice(0, digits));
    expect(cipher.open(cipher.seal(plain))).toEqual(plain);
    expect(cipher.open(cipher.seal(Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
  });

  it('takes a new nonce each time', () => {
    const cipher = new AesGcm(key);
    expect(cipher.seal(plain)).not.toEqual(cipher.seal(plain));
  });

  it('opens nothing that was changed or is too short', () => {
    const cipher = new AesGcm(key);
    const sealed = cipher.seal(Buffer.from('x'));
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] as number) ^ 1;
      expect(cipher.open(changed), `byte ${at}`).toBeUndefined();
      expect(cipher.open(sealed.subarray(0, at)), `${at} bytes`).toBeUndefined();
    }
    expect(new AesGcm(key.replace('fe', 'ff')).open(sealed)).toBeUndefined();
  });

  it.each(['', '00', `${'0'.repeat(31)}g`, '0'.repeat(34), '0'.repeat(33)])('refuses the key %j', (hexKey) => {
    expect(() => new AesGcm(hexKey)).toThrow(expect.objectContaining({ code: ErrorCode.CONFIG_INVALID }));
  });
});
