import { GobError } from './gob-error.js';
import { GobInput } from './gob-input.js';
import { type GobField, GobTypes, gobId, readFields } from './gob-types.js';
import { skipValue } from './skip-value.js';

/** The kinds of field that can be asked for, and what each becomes. */
interface WantedTypes {
  readonly string: string;
  readonly bytes: Uint8Array;
  readonly bool: boolean;
}

/** Names of the fields that are wanted, with their kinds. */
export type WantedFields = Readonly<Record<string, keyof WantedTypes>>;

/** The values of the wanted fields. One that the sender left out, because it is zero, is undefined. */
export type GobValues<Wanted extends WantedFields> = {
  readonly [Name in keyof Wanted]?: WantedTypes[Wanted[Name]];
};

/**
 * Reads the first value of a gob stream, which must be a struct. The sender's own definition of the
 * struct rules: fields are matched by name, in any order; those that are not wanted are passed over.
 * Bytes fields are views of `stream`. What follows the value is not looked at.
 *
 * @throws GobError when the stream is malformed, its struct has none of the wanted fields or one of
 * another type, or it is beyond the limits on types, fields and depth
 */
export function readGobStruct<Wanted extends WantedFields>(stream: Uint8Array, wanted: Wanted): GobValues<Wanted> {
  const input = new GobInput(stream);
  const types = new GobTypes();
  const fields = readHead(input, types);
  if (!checkWanted(fields, wanted)) throw new GobError('a struct with none of the fields that are known');
  const values: { [name: string]: WantedTypes[keyof WantedTypes] } = {};
  readFields(input, (number) => {
    const field = fields[number];
    if (field === undefined) throw new GobError(`field ${number} of a struct of ${fields.length}`);
    const { name, typeId } = field;
    if (!Object.hasOwn(wanted, name)) skipValue(typeId, input, types);
    else if (typeId === gobId.string) values[name] = input.text(name);
    else if (typeId === gobId.bytes) values[name] = input.bytes(name);
    else values[name] = input.uint() !== 0;
  });
  return values as GobValues<Wanted>;
}

/** The type definitions and the type of the value. Returns its fields; the value itself comes next. */
function readHead(input: GobInput, types: GobTypes): readonly GobField[] {
  for (;;) {
    input.openMessage();
    const typeId = input.int();
    if (typeId < 0) {
      types.define(-typeId, input);
      if (input.remaining > 0) throw new GobError('bytes after a type definition');
      continue;
    }
    const type = types.get(typeId);
    if (type?.kind !== 'struct') throw new GobError('the value is not a struct that was defined');
    types.checkComplete();
    return type.fields;
  }
}

/** @returns whether there is a wanted field at all */
function checkWanted(fields: readonly GobField[], wanted: WantedFields): boolean {
  let found = false;
  for (const { name, typeId } of fields) {
    const kind = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
    if (kind === undefined) continue;
    if (typeId !== gobId[kind]) throw new GobError(`field ${name} must be of type ${kind}`);
    found = true;
  }
  return found;
}
