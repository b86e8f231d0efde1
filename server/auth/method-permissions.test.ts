import { AdminService } from '@polywire/protocol/polywire.admin.v1';
import { ConformanceService } from '@polywire/protocol/polywire.conformance.v1';
import { ClientDataService } from '@polywire/protocol/polywire.data.v1';
import { IoService } from '@polywire/protocol/polywire.io.v1';
import { KvService } from '@polywire/protocol/polywire.kv.v1';
import { RelayService } from '@polywire/protocol/polywire.relay.v1';
import { SessionService } from '@polywire/protocol/polywire.session.v1';
import type { CallContext, ServiceDescriptor } from '@polywire/protocol/wire';
import { PolywireError } from '@polywire/sdk/core';
import { describe, expect, it } from 'vitest';
import { guardCalls } from './guard-calls.js';
import { methodPermissions } from './method-permissions.js';
import { PermissionSet } from './permission-set.js';

const services: readonly ServiceDescriptor[] = [
  SessionService,
  ClientDataService,
  KvService,
  IoService,
  RelayService,
  AdminService,
  ConformanceService,
];

/** What the guard says of a call; "ok" when it may be made. */
function ask(
  service: ServiceDescriptor,
  name: string,
  request: unknown,
  permissions: readonly string[] | undefined,
): string {
  const method = service.methods[name];
  if (method === undefined) throw new Error(`no method ${name}`);
  const peer = { permissions: permissions === undefined ? undefined : new PermissionSet(permissions) };
  try {
    guardCalls(service, method)?.(request, { peer } as unknown as CallContext);
    return 'ok';
  } catch (thrown) {
    const error = PolywireError.from(thrown);
    return `${error.codeName} ${error.details.permission}`;
  }
}

describe('the table of permissions', () => {
  it.each(services.map((service) => [service.typeName, service] as const))('has every method of %s', (_, service) => {
    const names = Object.values(service.methods).map(({ name }) => name);
    expect(Object.keys(methodPermissions.get(service.typeName) ?? {}).sort()).toEqual(names.sort());
  });

  const key = { key: 'a/1' };
  const prefix = { prefix: 'a/' };
  const topic = { topic: 'a.b' };
  const batch = {
    operations: [
      { operation: { $case: 'set', value: { key: 'a/1' } } },
      { operation: { $case: 'delete', value: { key: 'b' } } },
    ],
  };
  const offer = { event: { $case: 'offer', value: { worker: 'shop.Printer' } } };
  const cases: readonly (readonly [ServiceDescriptor, string, unknown, string, string])[] = [
    [ClientDataService, 'store', key, 'data.write:a/*', 'data.write:a/1'],
    [ClientDataService, 'read', key, 'data.read:a/1', 'data.read:a/1'],
    [ClientDataService, 'delete', key, 'data.write', 'data.write:a/1'],
    [ClientDataService, 'listKeys', prefix, 'data.read:a/*', 'data.read:a/*'],
    [ClientDataService, 'clear', {}, 'data', 'data.write'],
    [KvService, 'get', key, 'kv.read:a/*', 'kv.read:a/1'],
    [KvService, 'set', key, 'kv.write:a/*', 'kv.write:a/1'],
    [KvService, 'delete', key, 'kv.write:a/*', 'kv.write:a/1'],
    [KvService, 'increment', key, 'kv.write:a/*', 'kv.write:a/1'],
    [KvService, 'scan', prefix, 'kv.read:a/*', 'kv.read:a/*'],
    [KvService, 'watch', prefix, 'kv.read:a/*', 'kv.read:a/*'],
    [KvService, 'batch', batch, 'kv', 'kv.write'],
    [KvService, 'publish', topic, 'topic.publish:a.*', 'topic.publish:a.b'],
    [KvService, 'subscribe', topic, 'topic:a.b', 'topic.subscribe:a.b'],
    [IoService, 'subscribe', { topic: 'a.**' }, 'topic.subscribe:a.**', 'topic.subscribe:a.**'],
    [IoService, 'broadcast', topic, 'topic.publish', 'topic.publish:a.b'],
    [IoService, 'presence', topic, 'topic.presence:*.b', 'topic.presence:a.b'],
    [IoService, 'request', { worker: 'w' }, 'io.request:w', 'io.request:w'],
    [IoService, 'work', offer, 'io.work:shop.*', 'io.work'],
    [IoService, 'work', undefined, 'io.work:shop.*', 'io.work'],
    [IoService, 'lock', { name: 'l' }, 'io.lock:l', 'io.lock:l'],
    [IoService, 'unlock', { name: 'l' }, 'io', 'io.lock:l'],
    [RelayService, 'tail', { channels: ['m:a', 'm:*'] }, 'relay:m:*', 'relay:m:a'],
    [RelayService, 'tail', { channels: [] }, 'relay', 'relay'],
    [AdminService, 'stats', {}, 'admin.read', 'admin.read'],
    [AdminService, 'kick', {}, 'admin', 'admin.kick'],
    [ConformanceService, 'unary', {}, 'conformance', 'conformance'],
  ];
  it.each(cases.map((each) => [`${each[0].typeName}/${each[1]}`, ...each] as const))(
    '%s asks for its permission',
    (_, service, name, request, enough, missing) => {
      expect(ask(service, name, request, [enough])).toBe('ok');
      expect(ask(service, name, request, ['*'])).toBe('ok');
      expect(ask(service, name, request, [])).toBe(`PERMISSION_DENIED ${missing}`);
      expect(ask(service, name, request, ['banio', 'kv.read:elsewhere'])).toBe(`PERMISSION_DENIED ${missing}`);
      // Nobody has decided about this session.
      expect(ask(service, name, request, undefined)).toMatch(/^PERMISSION_DENIED/);
    },
  );

  it('looks at each part of a request that has several', () => {
    expect(ask(KvService, 'batch', batch, ['kv.write:a/*'])).toBe('PERMISSION_DENIED kv.write:b');
    expect(ask(KvService, 'batch', { operations: [{ operation: undefined }] }, ['kv.write:a/*'])).toMatch(/DENIED/);
    expect(ask(IoService, 'work', offer, ['io.work:other'])).toBe('PERMISSION_DENIED io.work:shop.Printer');
    expect(ask(RelayService, 'tail', { channels: ['m:a', 'n'] }, ['relay:m:*'])).toBe('PERMISSION_DENIED relay:n');
    expect(ask(RelayService, 'tail', { channels: [] }, ['relay:m:*'])).toBe('PERMISSION_DENIED relay');
  });

  it('asks nothing for what makes the session', () => {
    for (const name of ['hello', 'ping', 'authenticate']) expect(ask(SessionService, name, {}, undefined)).toBe('ok');
  });

  it('asks for call:pkg.Service/Method where a method is not in the table', () => {
    const own: ServiceDescriptor = { ...KvService, typeName: 'shop.v1.Shop' };
    expect(ask(own, 'get', key, ['kv'])).toBe('PERMISSION_DENIED call:shop.v1.Shop/Get');
    expect(ask(own, 'get', key, ['call:shop.v1.Shop/Get'])).toBe('ok');
    expect(ask(own, 'set', key, ['call:shop.v1.Shop/Get'])).toBe('PERMISSION_DENIED call:shop.v1.Shop/Set');
    expect(ask(own, 'set', key, ['service:shop.v1.Shop'])).toBe('ok');
    const method = { ...KvService.methods.get, name: 'Added' };
    const grown = { ...KvService, methods: { added: method } } as ServiceDescriptor;
    expect(ask(grown, 'added', key, ['kv'])).toBe('PERMISSION_DENIED call:polywire.kv.v1.KvService/Added');
  });
});
