import { GobError } from './gob-error.js';
import type { GobInput } from './gob-input.js';
import { type GobTypes, gobId, readFields } from './gob-types.js';

const MAX_DEPTH = 64;

/**
 * Passes over a value of any type. Every value takes a byte at least, so lists cannot claim to have
 * more than there are bytes.
 * @throws GobError
 */
export function skipValue(typeId: number, input: GobInput, types: GobTypes, depth = 0): void {
  if (depth > MAX_DEPTH) throw new GobError(`values more than ${MAX_DEPTH} levels deep`);
  input.countSkipped();
  switch (typeId) {
    case gobId.bool:
    case gobId.int:
    case gobId.uint:
    case gobId.float:
      input.uint();
      return;
    case gobId.bytes:
    case gobId.string:
      input.skip('a skipped field');
      return;
    case gobId.complex:
      input.uint();
      input.uint();
      return;
    case gobId.interface:
      skipInterface(input, types, depth);
      return;
    default:
      skipOwnType(typeId, input, types, depth);
  }
}

function skipOwnType(typeId: number, input: GobInput, types: GobTypes, depth: number): void {
  const type = types.get(typeId);
  switch (type?.kind) {
    case undefined:
      throw new GobError(`type ${typeId} is not defined`);
    case 'opaque':
      input.skip('a skipped field');
      return;
    case 'struct':
      readFields(input, (number) => {
        const field = type.fields[number];
        if (field === undefined) throw new GobError(`field ${number} of a struct of ${type.fields.length}`);
        skipValue(field.typeId, input, types, depth + 1);
      });
      return;
    case 'array': {
      const count = input.length('an array');
      if (count !== type.length) throw new GobError(`an array of ${count} elements, defined with ${type.length}`);
      for (let i = 0; i < count; i++) skipValue(type.elementId, input, types, depth + 1);
      return;
    }
    case 'slice': {
      const count = input.length('a list');
      for (let i = 0; i < count; i++) skipValue(type.elementId, input, types, depth + 1);
      return;
    }
    case 'map': {
      const count = input.length('a map');
      for (let i = 0; i < count; i++) {
        skipValue(type.keyId, input, types, depth + 1);
        skipValue(type.elementId, input, types, depth + 1);
      }
    }
  }
}

/**
 * The name of a concrete type (empty: nil), definitions of types that are new, the type, a length,
 * the value. A sender cuts its output after each definition, also in the middle of the message or
 * of the value around it, so lengths say nothing about where a value ends and are passed over.
 */
function skipInterface(input: GobInput, types: GobTypes, depth: number): void {
  if (input.skip('a type name') === 0) return;
  let typeId = input.int();
  while (typeId < 0) {
    types.define(-typeId, input);
    if (input.remaining === 0) input.openMessage();
    else input.uint();
    typeId = input.int();
  }
  input.uint();
  if (types.get(typeId)?.kind !== 'struct' && input.uint() !== 0) {
    throw new GobError('a value that is no struct must begin with a zero');
  }
  skipValue(typeId, input, types, depth + 1);
}
