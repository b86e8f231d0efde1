import { toJsonString } from '@bufbuild/protobuf';
import type { RunResult } from '@polywire/protocol/polywire.conformance.v1';
import { fromPlain, type Plain } from '../schema/plain.js';
import { messageDesc, registry } from '../schema/registry.js';

const resultDesc = messageDesc('polywire.conformance.v1.RunResult');

/** The result as proto-JSON of `polywire.conformance.v1.RunResult`, indented. Counts of 0 are written too. */
export function formatJson(result: RunResult): string {
  const message = fromPlain(resultDesc, result as unknown as Plain);
  return toJsonString(resultDesc, message, { registry, alwaysEmitImplicit: true, prettySpaces: 2 });
}
