/** A change that breaks programs which were made with the earlier schema. */
export interface BreakingFinding {
  /** Path within the schema, as the new one has it. */
  readonly file: string;
  /** Counts from 1; 0 when the new image has no source info. */
  readonly line: number;
  /** Counts from 1; 0 when the new image has no source info. */
  readonly column: number;
  /** Name of the rule, such as `POLYWIRE_METHOD_ID` or buf's `FIELD_SAME_TYPE`. */
  readonly rule: string;
  readonly message: string;
}

/** `file:line:column: message (rule)`. */
export function formatFinding(finding: BreakingFinding): string {
  const place = finding.line > 0 ? `${finding.file}:${finding.line}:${finding.column}` : finding.file;
  return `${place}: ${finding.message} (${finding.rule})`;
}

/** By file, then by place in it. */
export function compareFindings(a: BreakingFinding, b: BreakingFinding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  if (a.line !== b.line) return a.line - b.line;
  if (a.column !== b.column) return a.column - b.column;
  return a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0;
}
