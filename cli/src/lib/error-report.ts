import { hintOf, PolywireError } from '@polywire/sdk/core';
import { ExitCode, exitCodeOf } from './exit-codes.js';
import { manyLines } from './show-text.js';

/** What a failed command tells: to a person as text, to a program as JSON. */
export interface ErrorReport {
  /** Name from the closed set of error codes; USAGE for a wrong command line. */
  readonly code: string;
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  readonly details?: Readonly<Record<string, string>>;
  readonly retryable: boolean;
  /** Milliseconds to wait before the next try. */
  readonly retryAfterMs?: number;
  readonly exitCode: ExitCode;
  /** Where an unexpected failure happened, for a bug report. */
  readonly stack?: string;
}

/** What oclif's errors have. */
interface OclifError extends Error {
  readonly code?: string;
  readonly oclif?: { readonly exit?: number };
}

const NOT_BUILT = 'Run "npm run build" in the checkout, or install polywire again.';

/** Describes whatever a command threw. */
export function describeError(thrown: unknown): ErrorReport {
  if (PolywireError.is(thrown)) return describePolywireError(thrown);
  const error: OclifError = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (error.oclif?.exit === ExitCode.USAGE) {
    return { code: 'USAGE', message: usageText(error.message), retryable: false, exitCode: ExitCode.USAGE };
  }
  const report = { code: 'INTERNAL', message: error.message, retryable: false, exitCode: ExitCode.FAILURE };
  if (error.code?.endsWith('MODULE_NOT_FOUND')) return { ...report, hint: NOT_BUILT };
  return error.stack === undefined ? report : { ...report, stack: error.stack };
}

/** Lines for a person. */
export function reportText(report: ErrorReport, helpCommand: string): string {
  const hint = report.hint ?? (report.code === 'USAGE' ? `${helpCommand} --help` : undefined);
  const lines = [`${report.code}: ${report.message}`];
  if (report.stack !== undefined) lines.push(report.stack.slice(report.stack.indexOf('\n') + 1));
  if (hint !== undefined) lines.push(`  try: ${hint}`);
  return `${manyLines(lines.join('\n'))}\n`;
}

/** One line of JSON. */
export function reportJson({ stack: _, ...report }: ErrorReport): string {
  return `${JSON.stringify({ error: report })}\n`;
}

function describePolywireError(error: PolywireError): ErrorReport {
  return {
    code: error.codeName,
    message: error.message,
    hint: hintOf(error),
    ...(Object.keys(error.details).length > 0 && { details: error.details }),
    retryable: error.retryable,
    ...(error.retryAfterMs > 0 && { retryAfterMs: error.retryAfterMs }),
    exitCode: exitCodeOf(error.code),
  };
}

/** oclif's words without its indentation and its own advice; ours follows. */
function usageText(message: string): string {
  return message
    .replace(/^The following errors? occurred:\s*/, '')
    .replace(/\n?See more help with --help\s*$/, '')
    .replace(/\s*\n\t/g, ' ')
    .trim();
}
