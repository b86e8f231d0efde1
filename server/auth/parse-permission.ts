import { suggest } from '../config/suggest.js';
import { allNames, type LimitKind, namesBelow, permissionKinds } from './permission-names.js';

/** A permission as it was said. */
export interface Permission {
  /** Of `permissionKinds`, or the beginning of several up to a dot. */
  readonly name: string;
  readonly kind: LimitKind;
  /** What it is limited to; undefined: nothing. */
  readonly limit: string | undefined;
}

/** Reads a permission other than "*". Undefined: it means nothing here. */
export function parsePermission(text: string): Permission | undefined {
  const colon = text.indexOf(':');
  const said = colon < 0 ? text : text.slice(0, colon);
  const limit = colon < 0 ? undefined : text.slice(colon + 1);
  // All methods of a service.
  if (said === 'service') {
    return limit === undefined || !isName(limit) ? undefined : { name: 'call', kind: 'text', limit: `${limit}/*` };
  }
  const [first] = namesBelow(said);
  if (first === undefined) return undefined;
  const kind = permissionKinds[first];
  return limit === undefined || isLimit(limit, kind) ? { name: said, kind, limit } : undefined;
}

function isName(text: string): boolean {
  return /^[\w.]+$/.test(text);
}

function isLimit(limit: string, kind: LimitKind): boolean {
  if (limit === '' || kind === 'plain') return false;
  if (kind === 'text') return !limit.slice(0, -1).includes('*');
  return !limit.split('.').slice(0, -1).includes('**');
}

/** Why a text is no permission, and what to do; undefined: it is one. */
export function permissionFault(text: string): string | undefined {
  if (text === '*' || parsePermission(text) !== undefined) return undefined;
  const [said = '', limit] = text.split(':', 2);
  const [name] = namesBelow(said);
  if (name !== undefined) {
    if (limit === '') return 'has nothing after the colon; leave the colon out to permit it for everything';
    if (permissionKinds[name] === 'plain') return `takes nothing after the colon; say "${said}"`;
    if (permissionKinds[name] === 'topic') return 'has ** before its last segment; it can be the last only';
    return 'has a * before its end; it can be the last character only';
  }
  if (said === 'service') return 'is not like "service:pkg.Service"';
  const near = suggest(said, allNames());
  return near === undefined
    ? `is no permission; some are ${allNames().join(', ')}`
    : `is no permission; did you mean ${near}?`;
}
