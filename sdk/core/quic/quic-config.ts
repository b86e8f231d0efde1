import type { Quiche, QuicheConfig } from './quiche.js';

/** Bytes of a datagram: fits every path that QUIC runs on, after IPv6 and UDP headers. */
export const MAX_DATAGRAM_BYTES = 1_350;
/** A connection without a word for this long is over. */
export const QUIC_IDLE_TIMEOUT_MS = 30_000;

// Windows start small and grow with a reader that keeps up; the largest bound what one connection
// may make this side hold.
const FIRST_STREAM_WINDOW_BYTES = 256 * 1024;
const MAX_STREAM_WINDOW_BYTES = 1024 * 1024;
const MAX_CONNECTION_WINDOW_BYTES = 1536 * 1024;

export interface QuicSettings {
  /** Application protocols in the order of preference; both sides must share one. */
  readonly alpn: readonly string[];
  /** Milliseconds. Default: 30,000. */
  readonly idleTimeoutMs?: number | undefined;
  /** Bidirectional streams that the peer may have open at once. */
  readonly maxBidirectionalStreams: number;
  /** Unidirectional streams that the peer may have open at once. */
  readonly maxUnidirectionalStreams: number;
  /** Bytes of a stream that the peer may send before this side has read any. Default: 256 KiB. */
  readonly streamWindowBytes?: number | undefined;
  /** Whether the peer has to show a certificate that `ca` vouches for. */
  readonly verifyPeer: boolean;
  /** PEM of the CAs. */
  readonly ca?: Uint8Array | undefined;
  /** This side's certificate: PEM of the chain, and of its private key. */
  readonly identity?: { readonly certificate: Uint8Array; readonly key: Uint8Array } | undefined;
}

/**
 * Makes what connections are made of; one serves any number of them.
 * @throws Error of the TLS library when a certificate or key cannot be used
 */
export function createQuicConfig(quiche: Quiche, settings: QuicSettings): QuicheConfig {
  const { identity, streamWindowBytes = FIRST_STREAM_WINDOW_BYTES } = settings;
  const config = quiche.Config.withBoringSslCtx(
    settings.verifyPeer,
    false,
    settings.ca ?? null,
    identity === undefined ? null : [identity.key],
    identity === undefined ? null : [identity.certificate],
    null,
  );
  config.setApplicationProtos(settings.alpn);
  config.setMaxIdleTimeout(settings.idleTimeoutMs ?? QUIC_IDLE_TIMEOUT_MS);
  config.setMaxSendUdpPayloadSize(MAX_DATAGRAM_BYTES);
  config.setMaxRecvUdpPayloadSize(65_527);
  config.setInitialMaxStreamDataBidiLocal(streamWindowBytes);
  config.setInitialMaxStreamDataBidiRemote(streamWindowBytes);
  config.setInitialMaxStreamDataUni(streamWindowBytes);
  config.setInitialMaxData(streamWindowBytes * 2);
  config.setMaxStreamWindow(Math.max(MAX_STREAM_WINDOW_BYTES, streamWindowBytes));
  config.setMaxConnectionWindow(Math.max(MAX_CONNECTION_WINDOW_BYTES, streamWindowBytes * 2));
  config.setInitialMaxStreamsBidi(settings.maxBidirectionalStreams);
  config.setInitialMaxStreamsUni(settings.maxUnidirectionalStreams);
  config.setDisableActiveMigration(true);
  // Its send times cannot be read through the binding.
  config.enablePacing(false);
  return config;
}
