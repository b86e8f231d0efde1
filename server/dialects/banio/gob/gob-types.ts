import { GobError } from './gob-error.js';
import type { GobInput } from './gob-input.js';

/** Ids of the types that need no definition. */
export const gobId = { bool: 1, int: 2, uint: 3, float: 4, bytes: 5, string: 6, complex: 7, interface: 8 } as const;

/** What a sender said of a type of its own. */
export type GobType =
  | { readonly kind: 'array'; readonly elementId: number; readonly length: number }
  | { readonly kind: 'slice'; readonly elementId: number }
  | { readonly kind: 'map'; readonly keyId: number; readonly elementId: number }
  | { readonly kind: 'struct'; readonly fields: readonly GobField[] }
  /** It writes its own bytes. */
  | { readonly kind: 'opaque' };

export interface GobField {
  readonly name: string;
  readonly typeId: number;
}

/** Ids below are for types that need no definition. */
const FIRST_OWN_ID = 64;
const MAX_TYPES = 256;
/** Fields of all types together. */
const MAX_FIELDS = 1024;

// Field numbers of the struct that defines a type: exactly one of them is set.
const ARRAY = 0;
const SLICE = 1;
const STRUCT = 2;
const MAP = 3;
const FIRST_OPAQUE = 4;
const LAST_OPAQUE = 6;

/** The types that a stream has defined so far. */
export class GobTypes {
  readonly #types = new Map<number, GobType>();
  #fieldCount = 0;

  /**
   * Reads the definition of a type.
   * @throws GobError when it is malformed, a second one, or beyond the limits
   */
  define(id: number, input: GobInput): void {
    if (id < FIRST_OWN_ID || this.#types.has(id)) throw new GobError(`type ${id} is defined twice`);
    if (this.#types.size >= MAX_TYPES) throw new GobError(`more than ${MAX_TYPES} types`);
    let type: GobType | undefined;
    readFields(input, (field) => {
      if (type !== undefined) throw new GobError(`type ${id} is of two kinds`);
      type = this.#readKind(field, input);
    });
    if (type === undefined) throw new GobError(`type ${id} is of no kind`);
    this.#types.set(id, type);
  }

  get(id: number): GobType | undefined {
    return this.#types.get(id);
  }

  /** @throws GobError when a type is made of one that is not defined */
  checkComplete(): void {
    for (const type of this.#types.values()) {
      switch (type.kind) {
        case 'struct':
          for (const { typeId } of type.fields) this.#checkKnown(typeId);
          break;
        case 'map':
          this.#checkKnown(type.keyId);
          this.#checkKnown(type.elementId);
          break;
        case 'array':
        case 'slice':
          this.#checkKnown(type.elementId);
          break;
        case 'opaque':
          break;
      }
    }
  }

  #checkKnown(id: number): void {
    const isBuiltIn = id >= gobId.bool && id <= gobId.interface;
    if (!isBuiltIn && !this.#types.has(id)) throw new GobError(`type ${id} is not defined`);
  }

  #readKind(kind: number, input: GobInput): GobType {
    if (kind === STRUCT) return { kind: 'struct', fields: this.#readStruct(input) };
    // Ids in the order of their fields; field 0 is the name and id of the type itself.
    const values: number[] = [];
    readFields(input, (field) => {
      if (field === 0) skipCommon(input);
      else if (field > 2) throw new GobError('a type definition has an unknown field');
      else values[field] = input.int();
    });
    const [, first = 0, second = 0] = values;
    if (kind === ARRAY) return { kind: 'array', elementId: first, length: second };
    if (kind === SLICE) return { kind: 'slice', elementId: first };
    if (kind === MAP) return { kind: 'map', keyId: first, elementId: second };
    if (kind >= FIRST_OPAQUE && kind <= LAST_OPAQUE) return { kind: 'opaque' };
    throw new GobError(`a type of unknown kind ${kind}`);
  }

  #readStruct(input: GobInput): readonly GobField[] {
    const fields: GobField[] = [];
    readFields(input, (field) => {
      if (field === 0) return skipCommon(input);
      if (field !== 1 || fields.length > 0) throw new GobError('a struct definition has an unknown field');
      const count = input.length('a list of fields');
      this.#fieldCount += count;
      if (this.#fieldCount > MAX_FIELDS) throw new GobError(`more than ${MAX_FIELDS} fields`);
      for (let i = 0; i < count; i++) fields.push(readField(input));
    });
    return fields;
  }
}

/** Calls `read` with the number of each field that is present. A struct ends with a zero. */
export function readFields(input: GobInput, read: (field: number) => void): void {
  let field = -1;
  for (let delta = input.uint(); delta !== 0; delta = input.uint()) {
    field += delta;
    read(field);
  }
}

function readField(input: GobInput): GobField {
  let name = '';
  let typeId = 0;
  readFields(input, (field) => {
    if (field === 0) name = input.text('a field name');
    else if (field === 1) typeId = input.int();
    else throw new GobError('a field definition has an unknown field');
  });
  return { name, typeId };
}

/** The name and id that a type definition repeats: neither means anything to a reader. */
function skipCommon(input: GobInput): void {
  readFields(input, (field) => {
    if (field === 0) input.skip('a type name');
    else if (field === 1) input.uint();
    else throw new GobError('a type definition has an unknown field');
  });
}
