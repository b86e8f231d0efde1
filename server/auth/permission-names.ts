/**
 * How the part after the colon is read. text: a text, or with * at its end everything that begins
 * so. topic: segments between dots, of which * is any one and ** at the end one or more. plain:
 * there is no such part.
 */
export type LimitKind = 'text' | 'topic' | 'plain';

/** Every permission that the services ask for. A name before a dot stands for all below it: kv is kv.read and kv.write. */
export const permissionKinds = {
  'data.read': 'text',
  'data.write': 'text',
  'kv.read': 'text',
  'kv.write': 'text',
  'topic.subscribe': 'topic',
  'topic.publish': 'topic',
  'topic.presence': 'topic',
  'io.work': 'text',
  'io.request': 'text',
  'io.lock': 'text',
  relay: 'text',
  'admin.read': 'plain',
  'admin.kick': 'plain',
  conformance: 'plain',
  banio: 'plain',
  msgtrans: 'plain',
  call: 'text',
} as const satisfies Readonly<Record<string, LimitKind>>;

export type PermissionName = keyof typeof permissionKinds;

/** The permissions that a name stands for; none when nothing has this name. */
export function namesBelow(name: string): PermissionName[] {
  const names = Object.keys(permissionKinds) as PermissionName[];
  return names.filter((each) => each === name || each.startsWith(`${name}.`));
}

/** Everything that can stand before the colon, for suggestions. */
export function allNames(): string[] {
  const names = Object.keys(permissionKinds);
  return [...new Set([...names, ...names.map((name) => name.split('.')[0] ?? name), 'service'])];
}
