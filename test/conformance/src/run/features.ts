import { registry, serviceName } from '../schema/registry.js';

/** Features that nothing on the wire tells: present unless a run's list leaves them out. */
export const optionalFeatures: readonly string[] = ['ttl', 'watch-history'];

/** Features that are there only if they are declared. */
const declaredFeatures = [
  /** It has the tokens that README.md lists. */
  'auth.tokens',
] as const;

/** Features that the Welcome shows beside the services. */
export const sessionFeatures = [
  /** It gives out resume tokens. */
  'session.resume',
  /** Messages may be larger than one packet. */
  'session.fragments',
  /** Heartbeats are at most 2,000 ms apart. */
  'session.short-heartbeat',
  /** A session may have at most 2,000 subscriptions. */
  'session.few-subscriptions',
] as const;

/** The feature of a service, such as `service.client-data` for polywire.data.v1.ClientDataService. */
function featureOfService(typeName: string): string {
  const name = typeName.slice(typeName.lastIndexOf('.') + 1).replace(/Service$/, '');
  return `service.${name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()}`;
}

/** Every feature that a suite may ask for. */
export const knownFeatures: ReadonlySet<string> = new Set([
  'transport.ws',
  'transport.tcp',
  'transport.quic',
  'transport.pause',
  ...sessionFeatures,
  ...optionalFeatures,
  ...declaredFeatures,
  ...[...registry].flatMap((desc) => (desc.kind === 'service' ? [featureOfService(desc.typeName)] : [])),
]);

/**
 * What an implementation has: its transport as the URL says, its services as its Hello reply says,
 * and what it declares. Without a declaration the optional features count as present.
 */
export function featuresOf(
  url: string,
  { serviceIds, features }: { readonly serviceIds: readonly number[]; readonly features: readonly string[] },
  declared: readonly string[] | undefined,
): Set<string> {
  const { protocol } = new URL(url);
  const transport = `transport.${protocol.startsWith('ws') ? 'ws' : protocol.slice(0, -1)}`;
  const services = serviceIds.map(serviceName).filter((name) => name !== undefined);
  // The peer can stop reading a stream of the system's, not a QUIC connection of its own.
  const pause = transport === 'transport.quic' ? [] : ['transport.pause'];
  return new Set([
    transport,
    ...pause,
    ...features,
    ...services.map(featureOfService),
    ...(declared ?? optionalFeatures),
  ]);
}

/** The features that are asked for and not there. */
export function missingFeatures(wanted: readonly string[], present: ReadonlySet<string>): string[] {
  return wanted.filter((feature) => !present.has(feature));
}
