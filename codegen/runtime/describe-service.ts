import type { AnyCodec, AnyReader, AnyWriter, CallDescriptor, MethodDescriptor, MethodKind } from './service.js';

const KINDS: readonly MethodKind[] = ['unary', 'server-stream', 'client-stream', 'bidi-stream'];

/**
 * A method in short: id, codecs, and a sum of 1 idempotent, 2 fanout, 4 a stream of responses, 8 a
 * stream of requests. Its name, unless that is the property with a capital.
 */
export type ShortMethod<Request = AnyWriter, Response = AnyReader> = readonly [
  methodId: number,
  request: Request,
  response: Response,
  flags?: number,
  name?: string,
];

type Methods<Method> = Readonly<Record<string, Method>>;

/** The descriptor of a service, or of its caller's half, from a shorter form. */
export function describeService(
  typeName: string,
  serviceId: number,
  short: Methods<ShortMethod<AnyCodec, AnyCodec>>,
): { typeName: string; serviceId: number; methods: Methods<MethodDescriptor> };
export function describeService(
  typeName: string,
  serviceId: number,
  short: Methods<ShortMethod>,
): { typeName: string; serviceId: number; methods: Methods<CallDescriptor> };
export function describeService(typeName: string, serviceId: number, short: Methods<ShortMethod>) {
  const methods: Record<string, CallDescriptor> = {};
  for (const [property, [methodId, request, response, flags = 0, name]] of Object.entries(short)) {
    methods[property] = {
      name: name ?? property.charAt(0).toUpperCase() + property.slice(1),
      methodId,
      kind: KINDS[flags >> 2] as MethodKind,
      idempotent: (flags & 1) > 0,
      fanout: (flags & 2) > 0,
      request,
      response,
    };
  }
  return { typeName, serviceId, methods };
}
