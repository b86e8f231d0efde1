import type { Message } from '@bufbuild/protobuf';

/** A codec's answer to one question. */
export type CodecAnswer =
  | { readonly kind: 'decoded'; readonly message: Message }
  | { readonly kind: 'encoded'; readonly bytes: Uint8Array }
  /** The name of the code without its prefix, such as `MALFORMED_MESSAGE`. */
  | { readonly kind: 'refused'; readonly code: string }
  /** The codec does not know the form or the type. */
  | { readonly kind: 'unsupported'; readonly text: string };

/** A codec that vectors are fed to. */
export interface VectorCodec {
  /** For the report. */
  readonly name: string;
  /** @param form protobuf, layout, text or envelope */
  decode(type: string, form: string, bytes: Uint8Array): Promise<CodecAnswer>;
  /** @param json proto-JSON of the message */
  encode(type: string, form: string, json: string): Promise<CodecAnswer>;
  /** Vectors of packet streams, when the codec cuts streams itself. */
  readonly cutStream?: (pieces: readonly Uint8Array[]) => StreamOutcome;
  close(): Promise<void>;
}

/** What came of a stream of bytes. */
export interface StreamOutcome {
  /** The whole packets, as they travelled. */
  readonly packets: readonly Uint8Array[];
  /** Name of the code with which the stream was refused. */
  readonly error: string | undefined;
}
