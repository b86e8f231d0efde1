import type { DescEnum, DescMessage, DescService } from '@bufbuild/protobuf';
import type { AnyDesc, EmitContext } from './emit-context.js';
import { enumsOf, messagesOf } from './messages-of.js';
import { enumValueName, isInherited, layoutSizeName, methodName, propertyName, typeName } from './names.js';

// Underscores at the front go when a name turns to camel case: `_1` becomes `1`, `_` nothing.
const IDENTIFIER = /^[A-Za-z_]\w*$/;

// What TypeScript does not let a module declare, and the globals that message types are made of.
const RESERVED = new Set(
  (
    'any arguments as await bigint boolean break case catch class const continue debugger default delete do else enum ' +
    'eval export extends false finally for function if implements import in infer instanceof interface keyof let ' +
    'never new null number object package private protected public readonly return static string super switch ' +
    'symbol this throw true try typeof undefined unique unknown var void while with yield Array Map Uint8Array'
  ).split(' '),
);

/**
 * Refuses names that TypeScript has no place for, and names that would meet in one module: each
 * package is one module, and a message brings several names along.
 */
export function checkNames(context: EmitContext): void {
  const packages = new Map<string, Map<string, AnyDesc>>();
  for (const file of context.files) {
    const names = packages.get(file.proto.package) ?? new Map<string, AnyDesc>();
    packages.set(file.proto.package, names);
    for (const message of messagesOf([file])) {
      checkProperties(context, message);
      for (const name of namesOfMessage(context, message)) claim(context, names, name, message);
    }
    for (const desc of enumsOf([file])) {
      checkValues(context, desc);
      claim(context, names, typeName(desc), desc);
    }
    for (const service of file.services) {
      checkMethods(context, service);
      for (const name of ['', 'Calls', 'Client', 'Handler']) claim(context, names, `${service.name}${name}`, service);
    }
  }
}

function namesOfMessage(context: EmitContext, message: DescMessage): string[] {
  const name = typeName(message);
  const names = [name, `${name}Init`, `${name}Codec`, `${name}Writer`, `${name}Reader`];
  switch (context.rules.message(message).form?.kind) {
    case 'layout':
      return [...names, layoutSizeName(message), `read${name}`, `write${name}`];
    case 'text':
      return [...names, `${name}Text`];
    case 'envelope':
      return [...names, `${name}Json`];
    default:
      return names;
  }
}

function claim(context: EmitContext, names: Map<string, AnyDesc>, name: string, desc: AnyDesc): void {
  checkReserved(context, desc, name);
  const taken = names.get(name);
  if (taken !== undefined) {
    throw context.error(desc, `the output would hold the name ${name} twice in one package: ${taken} has it already`);
  }
  names.set(name, desc);
}

function checkReserved(context: EmitContext, desc: AnyDesc, name: string): void {
  if (RESERVED.has(name) || !IDENTIFIER.test(name)) {
    throw context.error(desc, `${desc} cannot be called ${name || "''"} in TypeScript; rename it`);
  }
}

function checkProperties(context: EmitContext, message: DescMessage): void {
  const properties = new Set<string>();
  for (const member of message.members) {
    const name = propertyName(member);
    if (!IDENTIFIER.test(name)) {
      throw context.error(member, `${member} would be the property ${name || "''"}; begin its name with a letter`);
    }
    if (properties.has(name)) throw context.error(member, `${message.name} would have the property ${name} twice`);
    properties.add(name);
  }
}

function checkValues(context: EmitContext, desc: DescEnum): void {
  const names = new Set<string>();
  for (const value of desc.values) {
    const name = enumValueName(desc, value.name);
    // A member called __proto__ would set the prototype of the constant.
    if (name === '__proto__') throw context.error(value, `${value} cannot be called __proto__; rename it`);
    if (name === '') throw context.error(value, `${value} has no name but that of its enum; rename it`);
    checkReserved(context, value, name);
    if (names.has(name)) throw context.error(value, `${desc.name} would have the member ${name} twice`);
    names.add(name);
  }
}

function checkMethods(context: EmitContext, service: DescService): void {
  const names = new Map<string, string>();
  for (const method of service.methods) {
    const name = methodName(method);
    if (!IDENTIFIER.test(name)) {
      throw context.error(
        method,
        `method ${method.name} would be called ${name || "''"}; begin its name with a letter`,
      );
    }
    const namesake = names.get(name);
    if (namesake !== undefined) {
      throw context.error(method, `methods ${namesake} and ${method.name} would both be called ${name}`);
    }
    names.set(name, method.name);
    if (isInherited(name)) {
      throw context.error(method, `method ${method.name} cannot be called ${name}: every JavaScript object has that`);
    }
    if (name === 'then') {
      throw context.error(
        method,
        `method ${method.name} cannot be called then: JavaScript takes what has it for a promise`,
      );
    }
  }
}
