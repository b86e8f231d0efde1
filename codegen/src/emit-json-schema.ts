import type { DescMessage } from '@bufbuild/protobuf';
import type { EmitContext } from './emit-context.js';
import { messageSchema, referencedMessages } from './json-schema-message.js';
import type { JsonSchema } from './json-schema-scalar.js';
import { wellKnownSchema } from './json-schema-well-known.js';
import { messagesOf } from './messages-of.js';

const BUNDLE = 'bundle.schema.json';

/**
 * Writes `json-schema/<full name>.schema.json` for every message, and `json-schema/bundle.schema.json`
 * with all of them under `$defs`.
 */
export function emitJsonSchema(context: EmitContext): void {
  const schemas = jsonSchemas(context);
  for (const [typeName, schema] of schemas) {
    context.emitFile(`json-schema/${typeName}.schema.json`, print(schema));
  }
  const bundle = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: BUNDLE,
    $defs: Object.fromEntries(schemas),
  };
  context.emitFile(`json-schema/${BUNDLE}`, print(bundle));
}

/**
 * The schema of every message by full name, in order of names. Messages that are only referred to
 * are there as well; well-known types with a JSON form of their own are part of the schemas that
 * use them.
 */
export function jsonSchemas(context: Pick<EmitContext, 'files' | 'rules'>): ReadonlyMap<string, JsonSchema> {
  const messages = new Map<string, DescMessage>();
  const add = (message: DescMessage): void => {
    if (messages.has(message.typeName)) return;
    messages.set(message.typeName, message);
    referencedMessages(message).forEach(add);
  };
  messagesOf(context.files)
    .filter((message) => wellKnownSchema(message.typeName) === undefined)
    .forEach(add);
  const names = [...messages.keys()].sort();
  return new Map(names.map((name) => [name, messageSchema(messages.get(name) as DescMessage, context.rules)]));
}

function print(schema: JsonSchema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
