import type { DescMessage } from '@bufbuild/protobuf';
import type { EmitContext } from './emit-context.js';
import { messagesOf } from './messages-of.js';
import type { Rules } from './rules.js';
import { type Vector, VectorList } from './vector.js';
import { addAccepted } from './vector-accepted.js';
import { addCanonical } from './vector-canonical.js';
import { envelopeVectors } from './vector-envelope.js';
import { layoutVectors } from './vector-layout.js';
import { VectorOracle } from './vector-oracle.js';
import { addRejected } from './vector-rejected.js';
import { textVectors } from './vector-text.js';

/**
 * Writes `vectors/<package>.jsonl`: bytes and their meaning, for every message of the package. The
 * vectors speak of encodings alone; rules such as `max_len` are not applied to them.
 */
export function emitVectors(context: EmitContext): void {
  const packages = new Map<string, DescMessage[]>();
  for (const message of messagesOf(context.files)) {
    const name = message.file.proto.package;
    if (name === 'google.protobuf') continue;
    packages.set(name, [...(packages.get(name) ?? []), message]);
  }
  for (const [name, messages] of packages) {
    const lines = messages
      .flatMap((message) => vectorsOf(message, context.rules))
      .map((vector) => `${JSON.stringify(vector)}\n`);
    if (lines.length > 0) context.emitFile(`vectors/${name || 'default'}.jsonl`, lines.join(''));
  }
}

function vectorsOf(desc: DescMessage, rules: Rules): readonly Vector[] {
  const oracle = new VectorOracle(desc);
  const list = new VectorList(desc.typeName, 'protobuf');
  addCanonical(list, oracle);
  addAccepted(list, oracle);
  addRejected(list, oracle);
  return [...list.vectors, ...(formVectors(desc, rules)?.vectors ?? [])];
}

function formVectors(desc: DescMessage, rules: Rules): VectorList | undefined {
  const { form } = rules.message(desc);
  switch (form?.kind) {
    case 'layout':
      return layoutVectors(desc, rules);
    case 'text':
      return textVectors(desc, form.grammar);
    case 'envelope':
      return envelopeVectors(desc);
    default:
      return undefined;
  }
}
