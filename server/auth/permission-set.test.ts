import { describe, expect, it } from 'vitest';
import { permissionFault } from './parse-permission.js';
import { PermissionSet } from './permission-set.js';

const set = (...permissions: string[]): PermissionSet => new PermissionSet(permissions);

describe('PermissionSet', () => {
  it('permits nothing when it is empty, and everything with *', () => {
    expect(set().isEmpty).toBe(true);
    expect(set().allows('relay')).toBe(false);
    expect(set().allowsText('kv.read', 'a')).toBe(false);
    expect(set().allowsPrefix('kv.read', '')).toBe(false);
    expect(set().allowsTopic('topic.publish', 'a')).toBe(false);
    const all = set('*');
    expect(all.all).toBe(true);
    expect(all.isEmpty).toBe(false);
    expect(all.allows('admin.kick') && all.allowsText('call', 'x/Y') && all.allowsPrefix('kv.read', '')).toBe(true);
    expect(all.allowsTopic('topic.subscribe', '**') && all.has('io.lock')).toBe(true);
  });

  it('takes a name for all below it, and no other', () => {
    const kv = set('kv');
    expect(kv.allowsText('kv.read', 'a') && kv.allowsText('kv.write', 'a')).toBe(true);
    expect(kv.allowsText('data.read', 'a')).toBe(false);
    expect(set('kv.read').allowsText('kv.write', 'a')).toBe(false);
    expect(set('k').isEmpty).toBe(true);
  });

  it('limits to a text, or to what begins so', () => {
    const limited = set('kv.read:name', 'kv.read:config/*');
    expect(limited.allowsText('kv.read', 'name')).toBe(true);
    expect(limited.allowsText('kv.read', 'name2')).toBe(false);
    expect(limited.allowsText('kv.read', 'config/')).toBe(true);
    expect(limited.allowsText('kv.read', 'config/a')).toBe(true);
    expect(limited.allowsText('kv.read', 'config')).toBe(false);
    expect(limited.allowsText('kv.write', 'name')).toBe(false);
    expect(limited.allows('kv.read')).toBe(false);
    expect(limited.has('kv.read')).toBe(true);
    expect(set('kv.read:*').allowsText('kv.read', '')).toBe(true);
  });

  it('permits a listing only where all that begins so is permitted', () => {
    const limited = set('kv.read:name', 'kv.read:config/*');
    expect(limited.allowsPrefix('kv.read', 'config/')).toBe(true);
    expect(limited.allowsPrefix('kv.read', 'config/db')).toBe(true);
    expect(limited.allowsPrefix('kv.read', 'config')).toBe(false);
    expect(limited.allowsPrefix('kv.read', '')).toBe(false);
    expect(limited.allowsPrefix('kv.read', 'name')).toBe(false);
  });

  it('reads a limit after the first colon', () => {
    expect(set('kv.read:a:b').allowsText('kv.read', 'a:b')).toBe(true);
    expect(set('kv.read:a:b').allowsText('kv.read', 'a')).toBe(false);
  });

  it('permits topics by pattern', () => {
    const news = set('topic.subscribe:news.**', 'topic.publish:news.*');
    expect(news.allowsTopic('topic.subscribe', 'news.a.b')).toBe(true);
    expect(news.allowsTopic('topic.subscribe', 'news.**')).toBe(true);
    expect(news.allowsTopic('topic.subscribe', '**')).toBe(false);
    expect(news.allowsTopic('topic.publish', 'news.a.b')).toBe(false);
    expect(news.allowsTopic('topic.publish', 'news.a')).toBe(true);
  });

  it('takes a service for its methods', () => {
    const shop = set('service:shop.v1.Shop', 'call:chat.v1.Chat/Send');
    expect(shop.allowsText('call', 'shop.v1.Shop/Buy')).toBe(true);
    expect(shop.allowsText('call', 'shop.v1.Shops/Buy')).toBe(false);
    expect(shop.allowsText('call', 'chat.v1.Chat/Send')).toBe(true);
    expect(shop.allowsText('call', 'chat.v1.Chat/Read')).toBe(false);
  });

  const meaningless = [
    'kv.raed',
    '',
    ':',
    'kv:',
    'relay:',
    'kv.read:a*b',
    'topic:**.a',
    'admin:x',
    'service:',
    'service',
    'openid',
    '**',
    'constructor',
    '__proto__',
    'service:a/*',
  ];
  it.each(meaningless)('%j permits nothing, and the configuration refuses it', (text) => {
    expect(set(text).isEmpty).toBe(true);
    expect(permissionFault(text)).toBeDefined();
  });

  it('says what is wrong with a permission', () => {
    expect(permissionFault('kv.raed')).toBe('is no permission; did you mean kv.read?');
    expect(permissionFault('kv:')).toMatch(/nothing after the colon/);
    expect(permissionFault('admin:x')).toBe('takes nothing after the colon; say "admin"');
    expect(permissionFault('topic:**.a')).toMatch(/before its last segment/);
    expect(permissionFault('kv:a*b')).toMatch(/before its end/);
    for (const fine of ['*', 'kv', 'kv.read:a:b', 'topic.subscribe:a.*.b.**', 'service:a.b.C', 'banio']) {
      expect(permissionFault(fine)).toBeUndefined();
    }
  });
});
