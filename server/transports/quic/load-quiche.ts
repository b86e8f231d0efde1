import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError, type Quiche } from '@polywire/sdk/core';

// Not a fixed text in import(): the package is optional, so nothing may need it to compile.
const BINDING = '@matrixai/quic/native/quiche.js';

let loading: Promise<Quiche> | undefined;

/**
 * Loads quiche, which is native code and optional: npm has it for Linux on x64, and nothing else
 * of the server needs it.
 * @throws PolywireError UNIMPLEMENTED saying how to go on without it
 */
export function loadQuiche(): Promise<Quiche> {
  loading ??= import(BINDING).then(
    (binding: { readonly default: Quiche }) => binding.default,
    (cause: unknown) => {
      throw new PolywireError(
        ErrorCode.UNIMPLEMENTED,
        `QUIC is not available on ${process.platform}-${process.arch}: the optional package @matrixai/quic cannot be ` +
          'loaded (npm has its binary for linux-x64 only); install it, or use ws or tcp listeners instead of quic',
        { cause },
      );
    },
  );
  return loading;
}

/** Whether it can be loaded. */
export async function quicheLoads(): Promise<boolean> {
  return loadQuiche().then(
    () => true,
    () => false,
  );
}
