import type { JsonObject } from '@bufbuild/protobuf';
import type { VectorList } from './vector.js';
import type { VectorOracle } from './vector-oracle.js';
import { fieldSamples, typicalMessage } from './vector-samples.js';

/** What an encoder writes: the empty message, every field alone at its edges, all fields together. */
export function addCanonical(list: VectorList, oracle: VectorOracle): void {
  const add = (name: string, json: JsonObject): void => {
    const bytes = oracle.encode(json);
    list.canonical(name, bytes, oracle.decode(bytes));
  };
  add('empty', {});
  for (const field of oracle.desc.fields) {
    for (const [label, value] of fieldSamples(field)) add(`${field.name}/${label}`, { [field.jsonName]: value });
  }
  const full = typicalMessage(oracle.desc) as JsonObject;
  add('all-fields', full);
  for (const oneof of oracle.desc.oneofs) {
    const others = Object.entries(full).filter(([name]) => !oneof.fields.some((field) => field.jsonName === name));
    for (const field of oneof.fields) {
      const [sample] = fieldSamples(field);
      if (sample) add(`all-fields/${field.name}`, { ...Object.fromEntries(others), [field.jsonName]: sample[1] });
    }
  }
}
