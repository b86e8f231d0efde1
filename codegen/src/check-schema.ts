import type { DescFile, DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import type { AnyDesc, EmitContext } from './emit-context.js';
import { messagesOf } from './messages-of.js';
import { methodName, propertyName, typeName } from './names.js';

const MAX_SERVICE_ID = 255;
const MAX_METHOD_ID = 127;

/**
 * Refuses what the wire or the output cannot express. Each error is at its place in the schema.
 * Emitters check what only they know (layouts, text grammars, envelopes, error codes).
 */
export function checkSchema(context: EmitContext): void {
  const serviceIds = new Map<number, DescService>();
  const names = new Map<string, Map<string, AnyDesc>>();
  for (const file of context.files) {
    checkSyntax(context, file);
    const ofPackage = names.get(file.proto.package) ?? new Map<string, AnyDesc>();
    names.set(file.proto.package, ofPackage);
    for (const message of messagesOf([file])) {
      checkMessage(context, message);
      for (const name of ['', 'Init', 'Codec']) claim(context, ofPackage, `${typeName(message)}${name}`, message);
    }
    for (const service of file.services) {
      checkService(context, service, serviceIds);
      for (const name of ['', 'Client', 'Handler']) claim(context, ofPackage, `${service.name}${name}`, service);
    }
  }
}

function checkSyntax(context: EmitContext, file: DescFile): void {
  if (file.proto.name.startsWith('google/protobuf/')) return;
  if (file.proto.syntax !== 'proto3') {
    throw context.error(file, `the schema language is ${file.proto.syntax || 'proto2'}; write syntax = "proto3"`);
  }
  if (file.proto.package === '' && file.services.length > 0) {
    throw context.error(file, 'a file with services needs a package');
  }
}

function claim(context: EmitContext, names: Map<string, AnyDesc>, name: string, desc: AnyDesc): void {
  const taken = names.get(name);
  if (taken !== undefined) throw context.error(desc, `the output would hold the name ${name} twice in one package`);
  names.set(name, desc);
}

function checkMessage(context: EmitContext, message: DescMessage): void {
  const properties = new Set<string>();
  for (const member of message.members) {
    const name = propertyName(member);
    if (properties.has(name)) throw context.error(member, `${message.name} would have the property ${name} twice`);
    properties.add(name);
  }
  for (const field of message.fields) {
    const { pattern } = context.rules.field(field);
    try {
      if (pattern !== undefined) new RegExp(pattern, 'u');
    } catch {
      throw context.error(field, `the pattern of field ${field.name} is not a regular expression`);
    }
  }
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
  const properties = new Map<string, DescMethod>();
  for (const method of service.methods) checkMethod(context, method, methods, properties);
}

function checkMethod(
  context: EmitContext,
  method: DescMethod,
  ids: Map<number, DescMethod>,
  properties: Map<string, DescMethod>,
): void {
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
  const property = methodName(method);
  const namesake = properties.get(property);
  if (namesake !== undefined) {
    throw context.error(method, `methods ${namesake.name} and ${method.name} would both be called ${property}`);
  }
  properties.set(property, method);
  if (fanout && method.methodKind !== 'server_streaming') {
    throw context.error(method, `method ${method.name} has fanout, which only a stream of responses can have`);
  }
}
