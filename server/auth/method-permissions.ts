import { AdminService } from '@polywire/protocol/polywire.admin.v1';
import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import {
  ClientDataService,
  type DeleteRequest as DataDeleteRequest,
  type ListKeysRequest,
  type ReadRequest,
  type StoreRequest,
} from '@polywire/protocol/polywire.data.v1';
import {
  type BroadcastRequest,
  IoService,
  type LockRequest,
  type PresenceRequest,
  type RequestRequest,
  type SubscribeRequest as TopicRequest,
  type UnlockRequest,
  type WorkRequest,
} from '@polywire/protocol/polywire.io.v1';
import {
  type BatchRequest,
  KvService,
  type PublishRequest,
  type ScanRequest,
  type SubscribeRequest,
  type WatchRequest,
} from '@polywire/protocol/polywire.kv.v1';
import { RelayService, type TailRequest } from '@polywire/protocol/polywire.relay.v1';
import { SessionService } from '@polywire/protocol/polywire.session.v1';
import type { PermissionName } from './permission-names.js';
import type { PermissionSet } from './permission-set.js';

/**
 * Says which permission a call lacks; undefined: none. A stream of requests is asked about when it
 * begins, with undefined as the request, and then for each of them.
 */
export type Requirement = (permissions: PermissionSet, request: never) => string | undefined;

type OfRequest<Request> = (permissions: PermissionSet, request: Request) => string | undefined;

/** Asks for nothing. */
export const open: Requirement = () => undefined;

/** The permission for everything. */
function whole(name: PermissionName): Requirement {
  return (permissions) => (permissions.allows(name) ? undefined : name);
}

function text<Request>(name: PermissionName, textOf: (request: Request) => string): OfRequest<Request> {
  return (permissions, request) => {
    const limit = textOf(request);
    return permissions.allowsText(name, limit) ? undefined : `${name}:${limit}`;
  };
}

function prefix<Request>(name: PermissionName, prefixOf: (request: Request) => string): OfRequest<Request> {
  return (permissions, request) => {
    const limit = prefixOf(request);
    return permissions.allowsPrefix(name, limit) ? undefined : `${name}:${limit}*`;
  };
}

function topic<Request>(name: PermissionName, topicOf: (request: Request) => string): OfRequest<Request> {
  return (permissions, request) => {
    const limit = topicOf(request);
    return permissions.allowsTopic(name, limit) ? undefined : `${name}:${limit}`;
  };
}

interface Keyed {
  readonly key: string;
}
const keyOf = ({ key }: Keyed): string => key;

function batch(permissions: PermissionSet, { operations }: BatchRequest): string | undefined {
  if (!permissions.has('kv.write')) return 'kv.write';
  for (const { operation } of operations) {
    // What it does is not known: only one who may do everything may try.
    if (operation === undefined) {
      if (!permissions.allows('kv.write')) return 'kv.write';
    } else if (!permissions.allowsText('kv.write', operation.value.key)) return `kv.write:${operation.value.key}`;
  }
  return undefined;
}

function work(permissions: PermissionSet, request: WorkRequest | undefined): string | undefined {
  if (!permissions.has('io.work')) return 'io.work';
  if (request?.event?.$case !== 'offer') return undefined;
  const { worker } = request.event.value;
  return permissions.allowsText('io.work', worker) ? undefined : `io.work:${worker}`;
}

function tail(permissions: PermissionSet, { channels }: TailRequest): string | undefined {
  if (channels.length === 0) return permissions.allows('relay') ? undefined : 'relay';
  for (const channel of channels) if (!permissions.allowsText('relay', channel)) return `relay:${channel}`;
  return undefined;
}

/** What every method of the product's own services asks for. A test has each of them here. */
export const methodPermissions: ReadonlyMap<string, Readonly<Record<string, Requirement>>> = new Map([
  // These make the session what it is.
  [SessionService.typeName, { Hello: open, Ping: open, GoAway: open, Authenticate: open }],
  [
    ClientDataService.typeName,
    {
      Store: text<StoreRequest>('data.write', keyOf),
      Read: text<ReadRequest>('data.read', keyOf),
      Delete: text<DataDeleteRequest>('data.write', keyOf),
      ListKeys: prefix<ListKeysRequest>('data.read', (request) => request.prefix),
      Clear: whole('data.write'),
    },
  ],
  [
    KvService.typeName,
    {
      Get: text<Keyed>('kv.read', keyOf),
      Set: text<Keyed>('kv.write', keyOf),
      Delete: text<Keyed>('kv.write', keyOf),
      Increment: text<Keyed>('kv.write', keyOf),
      Scan: prefix<ScanRequest>('kv.read', (request) => request.prefix),
      Batch: batch,
      Watch: prefix<WatchRequest>('kv.read', (request) => request.prefix),
      Publish: topic<PublishRequest>('topic.publish', (request) => request.topic),
      Subscribe: topic<SubscribeRequest>('topic.subscribe', (request) => request.topic),
    },
  ],
  [
    IoService.typeName,
    {
      Subscribe: topic<TopicRequest>('topic.subscribe', (request) => request.topic),
      Broadcast: topic<BroadcastRequest>('topic.publish', (request) => request.topic),
      Presence: topic<PresenceRequest>('topic.presence', (request) => request.topic),
      Request: text<RequestRequest>('io.request', (request) => request.worker),
      Work: work,
      Lock: text<LockRequest>('io.lock', (request) => request.name),
      Unlock: text<UnlockRequest>('io.lock', (request) => request.name),
    },
  ],
  [RelayService.typeName, { Tail: tail }],
  [AdminService.typeName, { Stats: whole('admin.read'), ListSessions: whole('admin.read'), Kick: whole('admin.kick') }],
  [
    ConformanceService.typeName,
    {
      Unary: whole('conformance'),
      ServerStream: whole('conformance'),
      ClientStream: whole('conformance'),
      BidiStream: whole('conformance'),
      Unimplemented: whole('conformance'),
    },
  ],
]);
