import type { AnyCodec, AnyReader, AnyWriter, CallDescriptor, MethodDescriptor } from './service.js';
import type { Stream } from './streams.js';

/**
 * A method in short: id, codecs, and a sum of 1 idempotent, 2 fanout. How it is called, unless it is unary; its
 * name, unless that is the property with a capital.
 */
export type ShortMethod<Request = AnyWriter, Response = AnyReader> = readonly [
  methodId: number,
  request: Request,
  response: Response,
  flags?: number,
  stream?: Stream | undefined,
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
  for (const [property, [methodId, request, response, flags = 0, stream, name]] of Object.entries(short)) {
    methods[property] = {
      name: name ?? property.charAt(0).toUpperCase() + property.slice(1),
      methodId,
      kind: stream?.kind ?? 'unary',
      stream,
      idempotent: (flags & 1) > 0,
      fanout: flags > 1,
      request,
      response,
    };
  }
  return { typeName, serviceId, methods };
}
