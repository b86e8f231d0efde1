import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { afterEach, beforeEach, expect } from 'vitest';
import { type LoadConfigOptions, loadConfig } from './load-config.js';

/** A folder for the files of one test. */
export let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'polywire-config-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

export function load(toml: string | undefined, options: LoadConfigOptions = {}) {
  if (toml !== undefined) writeFileSync(join(directory, 'polywire.toml'), toml);
  return loadConfig({ directory, environment: {}, ...options });
}

export function faults(toml: string | undefined, options: LoadConfigOptions = {}): string[] {
  try {
    load(toml, options);
  } catch (error) {
    expect(error).toBeInstanceOf(PolywireError);
    expect((error as PolywireError).code).toBe(ErrorCode.CONFIG_INVALID);
    return (error as PolywireError).message.split('\n');
  }
  return [];
}

export const anybody = { permissions: [] };
export const noTls = { tlsCert: '', tlsKey: '', tlsCa: '', tlsClientCert: 'none', clientIdFrom: 'client' } as const;
