import * as ErrorCode from '@polywire/protocol/enums/polywire.errors.v1.ErrorCode';
import { PolywireError, type Quiche } from '../core/index.js';

// Not a fixed text in import(): the package is optional, so nothing may need it to compile or to bundle.
const BINDING = '@matrixai/quic/native/quiche.js';

let loading: Promise<Quiche> | undefined;

/**
 * Loads quiche, which is native code and optional: only `quic://` needs it.
 * @throws PolywireError UNIMPLEMENTED saying how to go on without it
 */
export function loadQuiche(): Promise<Quiche> {
  loading ??= import(BINDING).then(
    (binding: { readonly default: Quiche }) => binding.default,
    (cause: unknown) => {
      throw new PolywireError(
        ErrorCode.UNIMPLEMENTED,
        `quic:// cannot be dialled on ${process.platform}-${process.arch}: the optional package @matrixai/quic cannot ` +
          'be loaded (npm has its binary for linux-x64 only); install it, or use ws://, wss:// or tcp://',
        { cause },
      );
    },
  );
  return loading;
}
