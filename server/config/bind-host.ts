import { isIP } from 'node:net';

/** Only what is certainly loopback counts: 127.0.0.0/8, ::1 (also as IPv4 in IPv6), localhost. */
export function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.');
  if (isIP(host) === 6) return canonicalV6(host) === '[::1]' || canonicalV6(host).startsWith('[::ffff:7f');
  return host.toLowerCase() === 'localhost';
}

/**
 * True when two listeners on these hosts cannot have the same port. Two names count as different
 * hosts: what they mean is known only when they are bound.
 */
export function hostsOverlap(a: string, b: string): boolean {
  const hosts = [canonical(a), canonical(b)];
  if (hosts[0] === hosts[1] || hosts.includes('[::]')) return true;
  return hosts.includes('0.0.0.0') && isIP(a) !== 6 && isIP(b) !== 6;
}

function canonical(host: string): string {
  if (isIP(host) === 6) return canonicalV6(host);
  return host.toLowerCase() === 'localhost' ? '127.0.0.1' : host.toLowerCase();
}

/** Shortest form in brackets, without a zone (`%eth0`), which URL does not know. */
function canonicalV6(host: string): string {
  return new URL(`http://[${host.split('%')[0]}]`).hostname;
}
