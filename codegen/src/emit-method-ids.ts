import type { EmitContext } from './emit-context.js';
import { stringLiteral } from './literal.js';
import { upperSnake } from './names.js';

/**
 * Writes `src/method-ids/<full name of the service>.ts`: what a service and its methods are called on the wire, as constants of a
 * module. For who needs single methods of a service: its descriptor has them all.
 */
export function emitMethodIds(context: EmitContext): void {
  for (const service of context.files.flatMap((file) => file.services)) {
    const ids = service.methods.map((method) => [
      `${upperSnake(method.name)}_ID`,
      context.rules.method(method).methodId,
    ]);
    const output = context.typescript(`src/method-ids/${service.typeName}.ts`);
    output.print(`export const TYPE_NAME = ${stringLiteral(service.typeName)};`);
    output.print(`export const SERVICE_ID = ${context.rules.service(service)?.serviceId ?? 0};\n`);
    for (const [name, id] of ids) output.print(`export const METHOD_${name} = ${id};`);
  }
}
