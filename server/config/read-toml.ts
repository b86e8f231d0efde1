import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { parse, TomlError } from 'smol-toml';
import type { ConfigSource } from './config-source.js';
import { indexToml } from './toml-locate.js';

/**
 * Reads a TOML document.
 *
 * @param file its path as errors show it
 * @throws PolywireError CONFIG_INVALID with line and column when it is not TOML
 */
export function readToml(file: string, text: string): ConfigSource {
  const values = parseToml(file, text);
  const index = indexToml(text);
  return {
    kind: 'file',
    values,
    problems: [],
    origin(path) {
      const line = index.lineOf(path);
      return line === undefined ? file : `${file}:${line}`;
    },
    lineOf: (path) => index.lineOf(path),
  };
}

function parseToml(file: string, text: string): Record<string, unknown> {
  try {
    return parse(text, { integersAsBigInt: 'asNeeded' });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // Only the first line, and no cause: below it the error quotes the text, which may hold secrets.
    const [summary = ''] = error.message.split('\n');
    const fault = summary.replace('Invalid TOML document: ', '');
    throw new PolywireError(ErrorCode.CONFIG_INVALID, `${file}:${error.line}:${error.column}: not TOML: ${fault}`);
  }
}
