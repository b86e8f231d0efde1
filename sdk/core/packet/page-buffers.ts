import type { ByteWriter } from '@polywire/protocol/wire';

// The same as `node-buffers.ts` for pages, where there are no Buffers, and views need not be kept.

export class Views {
  of(out: ByteWriter): Uint8Array {
    return out.view();
  }
}

export function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes;
}
