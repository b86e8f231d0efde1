import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { PolywireError } from '../core/index.js';
import type { BareClient } from './bare-client.js';
import type { ConnectOptions } from './connect-options.js';
import type { Dialers } from './dialer.js';
import type { Platform } from './platform.js';

/** One address, or several that are tried in turn. */
export type Addresses = string | URL | readonly (string | URL)[];

type ClientClass<Made extends BareClient> = new (
  platform: Platform,
  urls: readonly URL[],
  options: ConnectOptions,
) => Made;

/** Makes a client and resolves when it is connected. */
export async function connectWith<Made extends BareClient>(
  Made: ClientClass<Made>,
  platform: Platform,
  addresses: Addresses,
  options: ConnectOptions,
): Promise<Made> {
  const all = typeof addresses === 'string' || addresses instanceof URL ? [addresses] : addresses;
  if (all.length === 0) throw new PolywireError(ErrorCode.INVALID_URL, 'no address to connect to was given');
  const urls = all.map((address) => parseAddress(address, platform.dialers));
  return new Made(platform, urls, options).connected();
}

/** @throws PolywireError INVALID_URL */
export function parseAddress(address: string | URL, dialers: Dialers): URL {
  try {
    const url = new URL(address);
    if (dialers[url.protocol] !== undefined && url.hostname !== '') return url;
  } catch {}
  const known = Object.keys(dialers).join('//host or ');
  throw new PolywireError(ErrorCode.INVALID_URL, `"${address}" cannot be dialled from here; use ${known}//host`);
}
