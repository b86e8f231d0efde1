import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';
import { describe, expect, it } from 'vitest';
import { describeError, reportJson, reportText } from './error-report.js';
import { UsageError } from './usage-error.js';

const refused = new PolywireError(ErrorCode.UNAVAILABLE, 'ws://127.0.0.1:1: connect ECONNREFUSED', {
  retryAfterMs: 50,
  details: { host: '127.0.0.1' },
});

describe('a coded error', () => {
  it('is text with its code and what to try', () => {
    expect(reportText(describeError(refused), 'polywire kv get')).toBe(
      'UNAVAILABLE: ws://127.0.0.1:1: connect ECONNREFUSED\n  try: Check that the server runs at this address, then try again.\n',
    );
  });

  it('is one line of JSON', () => {
    const text = reportJson(describeError(refused));
    expect(text.indexOf('\n')).toBe(text.length - 1);
    expect(JSON.parse(text)).toEqual({
      error: {
        code: 'UNAVAILABLE',
        message: 'ws://127.0.0.1:1: connect ECONNREFUSED',
        hint: 'Check that the server runs at this address, then try again.',
        details: { host: '127.0.0.1' },
        retryable: true,
        retryAfterMs: 50,
        exitCode: 4,
      },
    });
  });

  it('cannot steer the terminal', () => {
    const error = new PolywireError(ErrorCode.INTERNAL, 'a\u001b[2Jb');
    expect(reportText(describeError(error), '')).toContain('INTERNAL: a\\x1b[2Jb\n');
  });
});

describe('a wrong command line', () => {
  it('points to the help of the command', () => {
    const report = describeError(new UsageError('Parsing --ttl \n\t"x" is not a duration\nSee more help with --help'));
    expect(report).toMatchObject({ code: 'USAGE', exitCode: 2 });
    expect(reportText(report, 'polywire kv set')).toBe(
      'USAGE: Parsing --ttl "x" is not a duration\n  try: polywire kv set --help\n',
    );
  });
});

describe('an unexpected failure', () => {
  it('shows its stack to a person, not to a program', () => {
    const report = describeError(new TypeError('boom'));
    expect(reportText(report, '')).toMatch(/^INTERNAL: boom\n {4}at /);
    expect(JSON.parse(reportJson(report))).toEqual({
      error: { code: 'INTERNAL', message: 'boom', retryable: false, exitCode: 1 },
    });
  });

  it('tells what to do when a part is not built', () => {
    const missing = Object.assign(new Error('Cannot find module x'), { code: 'ERR_MODULE_NOT_FOUND' });
    expect(reportText(describeError(missing), '')).toBe(
      'INTERNAL: Cannot find module x\n  try: Run "npm run build" in the checkout, or install polywire again.\n',
    );
  });

  it('may be any value', () => {
    expect(describeError('text')).toMatchObject({ code: 'INTERNAL', message: 'text', exitCode: 1 });
  });
});
