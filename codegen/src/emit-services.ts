import type { DescFile, DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import { CodecTarget } from './codec-target.js';
import { commentText } from './comment-text.js';
import type { EmitContext } from './emit-context.js';
import { docComment, stringLiteral } from './literal.js';
import { methodName, modulePath, streamName } from './names.js';

const KINDS = {
  unary: 'unary',
  server_streaming: 'server-stream',
  client_streaming: 'client-stream',
  bidi_streaming: 'bidi-stream',
} as const;

/**
 * Writes `src/services/<proto file>.ts`: for every service what both ends need of it (`Foo`), what a
 * caller needs (`FooCalls`), the typed client (`FooClient`) and what a server implements
 * (`FooHandler`).
 */
export function emitServices(context: EmitContext): void {
  for (const file of context.files) {
    if (file.services.length > 0) emitFile(context, file);
  }
}

function emitFile(context: EmitContext, file: DescFile): void {
  const declares = file.services.flatMap(({ name }) => [name, `${name}Calls`, `${name}Client`, `${name}Handler`]);
  const target = new CodecTarget(context, context.typescript(modulePath('services', file), declares));
  for (const service of file.services) {
    printInterface(target, service, `${service.name}Client`, 'The calls of', (method) => clientMethod(target, method));
    printInterface(target, service, `${service.name}Handler`, 'What serves', (method) =>
      handlerMethod(context, target, method),
    );
    const { name } = service;
    const both = `${target.runtime('ServiceDescriptor', true)}<${name}Client, ${name}Handler>`;
    const calls = `${target.runtime('CallsDescriptor', true)}<${name}Client>`;
    const what = commentText(service) || `The service ${service.typeName}.`;
    printDescriptor(context, target, service, { name, type: both, comment: what }, ({ input, output }) => [
      target.codec(input),
      target.codec(output),
    ]);
    const comment = `What a caller needs of ${name}, without what only a server does.`;
    printDescriptor(context, target, service, { name: `${name}Calls`, type: calls, comment }, ({ input, output }) => [
      target.writer(input),
      target.reader(output),
    ]);
  }
}

function printInterface(
  target: CodecTarget,
  service: DescService,
  name: string,
  what: string,
  method: (desc: DescMethod) => string,
): void {
  target.file.print(docComment(`${what} ${service.typeName}.`).join('\n'));
  target.file.print(`export interface ${name} {`);
  for (const desc of service.methods) {
    for (const line of docComment(commentText(desc))) target.file.print(`  ${line}`);
    target.file.print(`  ${method(desc)}`);
  }
  target.file.print('}\n');
}

function clientMethod(target: CodecTarget, method: DescMethod): string {
  const request = target.init(method.input);
  const response = responseType(target, method.output);
  const options = `options?: ${target.runtime('CallOptions', true)}`;
  const takes = streamsRequests(method) ? `requests: AsyncIterable<${request}>` : `request: ${request}`;
  const gives = streamsResponses(method) ? `AsyncIterable<${response}>` : `Promise<${response}>`;
  return `${methodName(method)}(${takes}, ${options}): ${gives};`;
}

function handlerMethod(context: EmitContext, target: CodecTarget, method: DescMethod): string {
  const request = responseType(target, method.input);
  const response = target.init(method.output);
  const takes = streamsRequests(method) ? `requests: AsyncIterable<${request}>` : `request: ${request}`;
  const gives = context.rules.method(method).fanout
    ? `AsyncIterable<${response}> | ${orPromise(`${target.runtime('Fanout', true)}<${response}>`)}`
    : streamsResponses(method)
      ? `AsyncIterable<${response}>`
      : orPromise(response);
  return `${methodName(method)}(${takes}, context: ${target.runtime('CallContext', true)}): ${gives};`;
}

interface Declaration {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

function printDescriptor(
  context: EmitContext,
  target: CodecTarget,
  service: DescService,
  { name, type, comment }: Declaration,
  codecs: (method: DescMethod) => readonly [request: string, response: string],
): void {
  const { file } = target;
  file.print(docComment(comment).join('\n'));
  file.print(`export const ${name}: ${type} = {`);
  file.print(`  typeName: ${stringLiteral(service.typeName)},`);
  file.print(`  serviceId: ${context.rules.service(service)?.serviceId ?? 0},`);
  file.print('  methods: {');
  for (const method of service.methods) {
    const { methodId, idempotent, fanout } = context.rules.method(method);
    const [request, response] = codecs(method);
    const stream = streamName(method);
    file.print(`    ${methodName(method)}: {`);
    file.print(`      name: ${stringLiteral(method.name)},`);
    file.print(`      methodId: ${methodId},`);
    file.print(`      kind: ${stringLiteral(KINDS[method.methodKind])},`);
    file.print(`      stream: ${stream === undefined ? 'undefined' : target.runtime(stream)},`);
    file.print(`      idempotent: ${idempotent},`);
    file.print(`      fanout: ${fanout},`);
    file.print(`      request: ${request},`);
    file.print(`      response: ${response},`);
    file.print('    },');
  }
  file.print('  },\n};\n');
}

function responseType(target: CodecTarget, message: DescMessage): string {
  return target.type(message);
}

function orPromise(type: string): string {
  return `${type} | Promise<${type}>`;
}

function streamsRequests(method: DescMethod): boolean {
  return method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming';
}

function streamsResponses(method: DescMethod): boolean {
  return method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming';
}
