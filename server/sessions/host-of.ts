/** The address without its port: "127.0.0.1:80", "[::1]:80", or an address alone. */
export function hostOf(remoteAddress: string): string {
  const bracketed = /^\[(.*)\](:\d+)?$/.exec(remoteAddress);
  if (bracketed !== null) return bracketed[1] as string;
  const at = remoteAddress.lastIndexOf(':');
  return at >= 0 && remoteAddress.indexOf(':') === at ? remoteAddress.slice(0, at) : remoteAddress;
}
