import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { VectorList } from './vector.js';
import { VectorOracle } from './vector-oracle.js';
import type { Bytes } from './wire-parts.js';

/** Vectors of a text grammar: texts of typical and awkward values, and texts that must not parse. */
export function textVectors(desc: DescMessage, grammar: string): VectorList {
  const list = new VectorList(desc.typeName, 'text');
  const oracle = new VectorOracle(desc);
  const { literals, places } = splitGrammar(grammar);
  const fields = places.map((place) => fieldOf(desc, place));
  // Places are plain strings.
  const typical = fields.map(() => 'a');
  const add = (name: string, texts: readonly string[]): void => {
    const json = Object.fromEntries(fields.map((field, index) => [field.jsonName, texts[index] as string]));
    list.canonical(name, utf8(join(literals, texts)), oracle.decode(oracle.encode(json)));
  };
  add('typical', typical);
  for (const [index, field] of fields.entries()) {
    const next = literals[index + 1] as string;
    for (const [label, text] of awkward(literals)) {
      // The last place runs to the end, whatever the text is made of; the others end at the next literal.
      if (next === '' || !text.includes(next)) add(`${field.name}/${label}`, typical.with(index, text));
    }
  }
  for (const [name, text] of refused(literals, typical)) list.rejected(name, utf8(text));
  return list;
}

/** Texts that miss one of the literals, or have it differently. */
function refused(literals: readonly string[], typical: readonly string[]): [name: string, text: string][] {
  const whole = join(literals, typical);
  const first = literals[0] as string;
  const texts: [string, string][] = [];
  if (first !== '') {
    texts.push(['empty', ''], ['space-before', ` ${whole}`], ['first-literal-only-in-part', first.slice(0, -1)]);
    const otherCase = first === first.toLowerCase() ? first.toUpperCase() : first.toLowerCase();
    if (otherCase !== first) texts.push(['other-case', otherCase + whole.slice(first.length)]);
  }
  for (const [index, literal] of literals.entries()) {
    if (literal === '') continue;
    texts.push([`without-literal-${index + 1}`, join(literals.with(index, ''), typical)]);
  }
  return texts;
}

function splitGrammar(grammar: string): { literals: string[]; places: string[] } {
  const parts = grammar.split(/\{([A-Za-z0-9_]+)\}/);
  return {
    literals: parts.filter((_, index) => index % 2 === 0),
    places: parts.filter((_, index) => index % 2 === 1),
  };
}

function join(literals: readonly string[], texts: readonly string[]): string {
  return literals.map((literal, index) => literal + (texts[index] ?? '')).join('');
}

function fieldOf(desc: DescMessage, place: string): DescField {
  const field = desc.fields.find((candidate) => candidate.name === place);
  if (field === undefined)
    throw new Error(`${desc.typeName} has no field for the place {${place}} of its text grammar`);
  return field;
}

function awkward(literals: readonly string[]): [label: string, text: string][] {
  return [
    ['empty', ''],
    ['space', ' '],
    ['spaces', ' a b '],
    ['unicode', 'ä€😀'],
    ['braces', '{key}'],
    ['two-lines', 'a\r\nb'],
    ['literals', literals.join('a')],
    ['separators', literals.slice(1).join('').repeat(3)],
  ];
}

function utf8(text: string): Bytes {
  return [...new TextEncoder().encode(text)];
}
