/** A suite that cannot be run as it is written. The text names file, case and step. */
export class SuiteError extends Error {
  override readonly name = 'SuiteError';

  constructor(where: string, what: string) {
    super(`${where}: ${what}`);
  }
}
