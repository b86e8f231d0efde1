import { errorTable } from '@polywire/protocol/errors';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { describe, expect, it } from 'vitest';
import { ExitCode, errorCodesOf, exitCodeMeanings, exitCodeOf } from './exit-codes.js';

describe('exitCodeOf', () => {
  it.each([
    [ErrorCode.NOT_FOUND, 3],
    [ErrorCode.UNAVAILABLE, 4],
    [ErrorCode.REVISION_MISMATCH, 5],
    [ErrorCode.ALREADY_EXISTS, 5],
    [ErrorCode.KEY_TOO_LONG, 6],
    [ErrorCode.UNAUTHENTICATED, 7],
    [ErrorCode.DEADLINE_EXCEEDED, 8],
    [ErrorCode.INVALID_URL, 2],
    [ErrorCode.INTERNAL, 1],
    [60_000, 1],
  ])('error %d ends with %d', (code, exitCode) => {
    expect(exitCodeOf(code)).toBe(exitCode);
  });

  it('never reports an error as success', () => {
    for (const code of Object.keys(errorTable)) expect(exitCodeOf(Number(code))).toBeGreaterThan(0);
  });

  it('sends what is worth another try to UNREACHABLE or TIMEOUT', () => {
    const retryable = Object.values(errorTable).filter((row) => row.retryable);
    expect(retryable.length).toBeGreaterThan(0);
    for (const row of retryable) expect([ExitCode.UNREACHABLE, ExitCode.TIMEOUT]).toContain(exitCodeOf(row.code));
  });
});

it('every exit code has a meaning, and every error code is listed under one', () => {
  const exitCodes = Object.values(ExitCode);
  expect(Object.keys(exitCodeMeanings).map(Number)).toEqual(exitCodes);
  const listed = exitCodes.flatMap(errorCodesOf).sort((a, b) => a - b);
  expect(listed).toEqual(
    Object.values(errorTable)
      .map((row) => row.code)
      .filter((code) => code !== 0)
      .sort((a, b) => a - b),
  );
});
