import type { DescField, DescFile, DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import { checkNames } from './check-names.js';
import { checkRules } from './check-rules.js';
import type { EmitContext } from './emit-context.js';
import { messagesOf } from './messages-of.js';

const MAX_SERVICE_ID = 255;
const MAX_METHOD_ID = 127;

/**
 * Refuses what the wire or the output cannot express. Each error is at its place in the schema.
 * Emitters check what only they know (layouts, text grammars, envelopes, error codes).
 */
export function checkSchema(context: EmitContext): void {
  const serviceIds = new Map<number, DescService>();
  for (const file of context.files.filter(isOfSchema)) {
    checkFile(context, file);
    for (const message of messagesOf([file])) {
      for (const field of message.fields) checkType(context, field, field.message);
      checkRules(context, message);
    }
    for (const service of file.services) checkService(context, service, serviceIds);
  }
  checkNames(context);
}

function checkFile(context: EmitContext, file: DescFile): void {
  const { name, syntax } = file.proto;
  // The path becomes part of imports and of paths of the output.
  if (!/^[\w/-]+(?:\.[\w/-]+)*\.proto$/.test(name) || name.indexOf('.proto') !== name.length - '.proto'.length) {
    throw context.error(file, 'the path of a schema file is made of letters, digits, _, -, / and dots; rename it');
  }
  if (syntax !== 'proto3') {
    throw context.error(file, `the schema language is ${syntax || 'proto2'}; write syntax = "proto3"`);
  }
  if (file.proto.package === '' && file.services.length > 0) {
    throw context.error(file, 'a file with services needs a package');
  }
}

function isOfSchema(file: DescFile): boolean {
  return !file.proto.name.startsWith('google/protobuf/');
}

/** A type of another language version, such as those of descriptor.proto, would lose its presence rules. */
function checkType(context: EmitContext, user: DescField | DescMethod, type: DescMessage | undefined): void {
  if (type === undefined || type.file.proto.syntax === 'proto3' || isOfSchema(type.file)) return;
  throw context.error(user, `${user.name} uses ${type.typeName}, which is not proto3; send its bytes instead`);
}

function checkService(context: EmitContext, service: DescService, ids: Map<number, DescService>): void {
  const serviceId = context.rules.service(service)?.serviceId ?? 0;
  if (serviceId < 1 || serviceId > MAX_SERVICE_ID) {
    const found = serviceId === 0 ? 'it has none' : `it has ${serviceId}`;
    const option = '(polywire.options.v1.service) = {service_id: N}';
    throw context.error(
      service,
      `service ${service.name} needs an id of 1 to ${MAX_SERVICE_ID} by option ${option}; ${found}`,
    );
  }
  const other = ids.get(serviceId);
  if (other !== undefined) {
    throw context.error(
      service,
      `service ${service.name} has the id ${serviceId} of ${other.typeName}; ids are unique`,
    );
  }
  ids.set(serviceId, service);
  const methods = new Map<number, DescMethod>();
  for (const method of service.methods) checkMethod(context, method, methods);
}

function checkMethod(context: EmitContext, method: DescMethod, ids: Map<number, DescMethod>): void {
  const { methodId, fanout } = context.rules.method(method);
  if (methodId < 1 || methodId > MAX_METHOD_ID) {
    const found = methodId === 0 ? 'it has none' : `it has ${methodId}`;
    const option = '(polywire.options.v1.method) = {method_id: N}';
    throw context.error(
      method,
      `method ${method.name} needs an id of 1 to ${MAX_METHOD_ID} by option ${option}; ${found}`,
    );
  }
  const other = ids.get(methodId);
  if (other !== undefined) {
    throw context.error(
      method,
      `method ${method.name} has the id ${methodId} of ${other.name}; ids are unique in a service`,
    );
  }
  ids.set(methodId, method);
  checkType(context, method, method.input);
  checkType(context, method, method.output);
  if (fanout && method.methodKind !== 'server_streaming') {
    throw context.error(method, `method ${method.name} has fanout, which only a stream of responses can have`);
  }
}
