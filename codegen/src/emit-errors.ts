import type { DescEnum } from '@bufbuild/protobuf';
import { commentText } from './comment-text.js';
import type { EmitContext } from './emit-context.js';
import { docComment, stringLiteral } from './literal.js';
import { enumsOf } from './messages-of.js';
import { enumValueName } from './names.js';

/**
 * Writes `src/errors.ts`: what every error code means on every wire, and `src/error-kinds.ts`: the part of it that
 * every peer needs, without the texts. Error codes are the values of the one enum that has code options; without one
 * nothing is written.
 */
export function emitErrors(context: EmitContext): void {
  const tables = enumsOf(context.files).filter((desc) => desc.values.some((value) => context.rules.code(value)));
  const [table, second] = tables;
  if (table === undefined) return;
  if (second !== undefined) {
    throw context.error(
      second,
      `${second.typeName} has error codes, but ${table.typeName} is the table of error codes already`,
    );
  }
  emitTable(context, table);
}

function emitTable(context: EmitContext, table: DescEnum): void {
  const output = context.typescript('src/errors.ts', ['ErrorFacts', 'errorTable']);
  output.print(FACTS);
  output.print(docComment(`Every code of ${table.typeName} but 0, which is no error.`).join('\n'));
  output.print('export const errorTable: Readonly<Record<number, ErrorFacts>> = {');
  const numbers = new Set([0]);
  const closeCodes: (readonly [code: number, closeCode: number])[] = [];
  const retryable: number[] = [];
  for (const value of table.values) {
    // An alias is another name for the same code.
    if (numbers.has(value.number)) continue;
    numbers.add(value.number);
    if (value.number < 0) throw context.error(value, `${value.name} is ${value.number}; error codes are above 0`);
    const rules = context.rules.code(value);
    if (rules === undefined)
      throw context.error(value, `${value.name} is an error code and needs the option (polywire.options.v1.code)`);
    const kind =
      rules.closeCode < 3000 || rules.closeCode > 3999 ? 'outside' : rules.closeCode < 3500 ? 'reconnect' : 'final';
    if (kind === 'outside')
      throw context.error(value, `close_code of ${value.name} is ${rules.closeCode}; it must be 3000 to 3999`);
    closeCodes.push([value.number, rules.closeCode]);
    if (rules.retryable) retryable.push(value.number);
    output.print(`  ${value.number}: {`);
    output.print(`    name: ${stringLiteral(enumValueName(table, value.name))},`);
    output.print(`    code: ${value.number},`);
    output.print(`    closeCode: ${rules.closeCode},`);
    output.print(`    retryable: ${rules.retryable},`);
    output.print(`    httpStatus: ${rules.httpStatus},`);
    output.print(`    legacyStatus: ${rules.legacyStatus},`);
    output.print(`    hint: ${stringLiteral(rules.hint)},`);
    output.print(`    description: ${stringLiteral(commentText(value))},`);
    output.print('  },');
  }
  output.print('};');
  const kinds = context.typescript('src/error-kinds.ts', ['closeCodes', 'retryableCodes']);
  kinds.print('/** WebSocket close code of each error code: 3000-3499 reconnect, 3500-3999 final. */');
  const fromRuns = kinds.import('fromRuns', context.options.runtimeImport);
  kinds.print(`export const closeCodes: Readonly<Record<number, number>> = /* @__PURE__ */ ${fromRuns}([`);
  for (const run of runsOf(closeCodes)) kinds.print(`  [${run.join(', ')}],`);
  kinds.print(']);\n');
  kinds.print('/** Error codes of calls that may succeed later without a change. */');
  kinds.print(`export const retryableCodes: readonly number[] = [${retryable.join(', ')}];`);
}

/** Runs in which the close code grows by one, for `fromRuns`: every page loads them. */
function runsOf(pairs: readonly (readonly [code: number, closeCode: number])[]): number[][] {
  const runs: number[][] = [];
  let [lastCode, lastClose] = [0, 0];
  for (const [code, closeCode] of [...pairs].sort(([, a], [, b]) => a - b)) {
    const run = runs.at(-1);
    const more = run?.at(-1) ?? 0;
    if (run === undefined || closeCode !== lastClose + 1) runs.push([closeCode, code]);
    else if (code !== lastCode + 1) run.push(code);
    else if (more < 0) run[run.length - 1] = more - 1;
    else run.push(-1);
    [lastCode, lastClose] = [code, closeCode];
  }
  return runs;
}

const FACTS = `/** What one error code means. */
export interface ErrorFacts {
  /** Such as "NOT_FOUND". */
  readonly name: string;
  readonly code: number;
  /** WebSocket close code when it ends a connection: 3000-3499 reconnect, 3500-3999 final. */
  readonly closeCode: number;
  /** The same call may succeed later without a change. */
  readonly retryable: boolean;
  readonly httpStatus: number;
  /** Status on the KV server's wire. */
  readonly legacyStatus: number;
  /** What to do next, one sentence. */
  readonly hint: string;
  readonly description: string;
}
`;
