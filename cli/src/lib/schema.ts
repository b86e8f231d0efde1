import {
  createFileRegistry,
  type DescExtension,
  type DescField,
  type DescMessage,
  fromBinary,
  getOption,
  hasOption,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { fileDescriptorSetBase64 } from '@polywire/protocol/schema';
import { UsageError } from './usage-error.js';

/** Descriptors of every message and service of the schema. */
export const registry = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, Buffer.from(fileDescriptorSetBase64, 'base64')),
);

export interface Method {
  readonly name: string;
  readonly methodId: number;
  /** Later items of its stream are one-way packets that carry the method id. */
  readonly fanout: boolean;
  readonly request: DescMessage;
  readonly response: DescMessage;
}

export interface Service {
  readonly typeName: string;
  readonly serviceId: number;
  readonly methods: readonly Method[];
}

/** The services that have an id in packets. */
export const services: readonly Service[] = [...registry].flatMap((desc) => {
  if (desc.kind !== 'service') return [];
  const serviceId = option<{ serviceId: number }>(desc, 'service')?.serviceId;
  if (serviceId === undefined) return [];
  const methods = desc.methods.flatMap((method) => {
    const rules = option<{ methodId: number; fanout: boolean }>(method, 'method');
    if (rules === undefined) return [];
    const { methodId, fanout } = rules;
    return [{ name: method.name, methodId, fanout, request: method.input, response: method.output }];
  });
  return [{ typeName: desc.typeName, serviceId, methods }];
});

/**
 * Finds a service by any of its names: `kv`, `KvService` or `polywire.kv.v1.KvService`.
 * @throws UsageError
 */
export function serviceNamed(name: string): Service {
  const found = services.find((service) => namesOf(service).includes(plain(name)));
  if (found !== undefined) return found;
  throw new UsageError(
    `there is no service "${name}"; there are ${services.map((service) => service.typeName).join(', ')}`,
  );
}

/**
 * Finds a method by its name: `Get`, `listKeys` or `list-keys`.
 * @throws UsageError
 */
export function methodNamed(service: Service, name: string): Method {
  const found = service.methods.find((method) => plain(method.name) === plain(name));
  if (found !== undefined) return found;
  const known = service.methods.map((method) => method.name).join(', ');
  throw new UsageError(`${service.typeName} has no method "${name}"; it has ${known}`);
}

/** The message type of that full name, which must be one of the schema's. */
export function messageType(typeName: string): DescMessage {
  const found = registry.getMessage(typeName);
  if (found === undefined) throw new Error(`the schema has no message ${typeName}`);
  return found;
}

/** The field holds what must never be shown. */
export function isSecret(field: DescField): boolean {
  return option<{ secret: boolean }>(field, 'field')?.secret ?? false;
}

function namesOf({ typeName }: Service): string[] {
  const parts = typeName.split('.');
  const short = parts.at(-1) ?? '';
  return [typeName, short, short.replace(/Service$/, ''), parts.at(1) ?? ''].map(plain);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

function option<T>(desc: Parameters<typeof getOption>[0], name: string): T | undefined {
  const extension = registry.getExtension(`polywire.options.v1.${name}`);
  if (extension === undefined) return undefined;
  // The registry knows extensions by name only: that this one extends this kind of options, and
  // that its message is T, follows from the schema.
  const known = extension as DescExtension & Parameters<typeof getOption>[1];
  return hasOption(desc, known) ? (getOption(desc, known) as T) : undefined;
}
