import type { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError } from '@polywire/sdk/core';

/** A question of the process that forked this one. */
export interface Question {
  readonly ask: string;
  readonly value: unknown;
}

/** Its answer; an error that is no PolywireError has no code. */
export type Answer =
  | { readonly value?: unknown }
  | { readonly error: { readonly code?: ErrorCode; readonly message: string } };

/** Processor time of this process so far. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * Answers each question of the process that forked this one, and ends when that one has gone. "cpuSeconds" is always
 * answered.
 */
export function answerParent(answers: Readonly<Record<string, (value: never) => unknown>>): void {
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ ask, value }: Question) => {
    let answer: Answer;
    try {
      const known = (ask === 'cpuSeconds' ? cpuSeconds : answers[ask]) as (value: unknown) => unknown;
      answer = { value: await known(value) };
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      answer = { error: PolywireError.is(thrown) ? { code: thrown.code, message } : { message } };
    }
    process.send?.(answer);
  });
}
