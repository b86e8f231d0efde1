/** A grammar such as `STORE:{key}:{value}`: literals around places, one more literal than places. */
export interface TextGrammar {
  readonly literals: readonly string[];
  readonly places: readonly string[];
}

/**
 * Takes a grammar apart. Two places need a literal between them, or nobody could tell where one
 * ends; braces cannot be part of a literal.
 *
 * @returns a text when it is not a grammar: what is wrong
 */
export function parseGrammar(grammar: string): TextGrammar | string {
  const parts = grammar.split(/\{([^{}]*)\}/);
  const literals = parts.filter((_, index) => index % 2 === 0);
  const places = parts.filter((_, index) => index % 2 === 1);
  if (literals.some((literal) => /[{}]/.test(literal))) return 'a brace has no partner';
  if (places.length === 0) return 'it has no {place}';
  if (new Set(places).size !== places.length) return 'it names a place twice';
  if (literals.slice(1, -1).some((literal) => literal === '')) return 'two places need a text between them';
  return { literals, places };
}
