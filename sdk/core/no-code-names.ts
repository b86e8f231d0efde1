/** The same as `code-names.ts` for pages, which have few bytes to spare: empty, until what needs the names fills it. */
export const codeNames: Record<string, number> = {};
