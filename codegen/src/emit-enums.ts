import { commentText } from './comment-text.js';
import type { EmitContext } from './emit-context.js';
import { docComment } from './literal.js';
import { enumsOf } from './messages-of.js';
import { enumValueName } from './names.js';

/** A name that is a word of no language and no global of JavaScript. */
const PLAIN_NAME = /^[A-Z][A-Z0-9_]*$/;

/**
 * Writes `src/enums/<full name of the enum>.ts`: its values as constants of a module. Bundlers put them in where they are used and
 * drop the others, which they cannot do with the properties of an object.
 */
export function emitEnums(context: EmitContext): void {
  for (const desc of enumsOf(context.files)) {
    const names = desc.values.map((value) => enumValueName(desc, value.name));
    const output = context.typescript(`src/enums/${desc.typeName}.ts`, names);
    output.print(`// The values of ${desc.typeName} one by one, for \`import * as\`.\n`);
    for (const [index, value] of desc.values.entries()) {
      const name = names[index] as string;
      for (const line of docComment(commentText(value))) output.print(line);
      if (PLAIN_NAME.test(name)) output.print(`export const ${name} = ${value.number};`);
      // The export may be called as it likes.
      else output.print(`const $${name} = ${value.number};\nexport { $${name} as ${name} };`);
    }
  }
}
