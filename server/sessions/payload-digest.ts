/**
 * A number of 53 bits that tells requests apart which came with the same idempotency key. It need not withstand an
 * attack: who makes two requests with one number is answered with an outcome of its own.
 */
export function payloadDigest(bytes: Uint8Array): number {
  let a = 0xdeadbeef ^ bytes.length;
  let b = 0x41c6ce57 ^ bytes.length;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    a = Math.imul(a ^ byte, 2_654_435_761);
    b = Math.imul(b ^ byte, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return 4_294_967_296 * (b & 0x1f_ffff) + (a >>> 0);
}
