/**
 * What is used of quiche, the QUIC library, in the shape of its binding for Node. The binding is
 * native code, so it is never imported here: whoever owns a socket loads it and passes it in.
 *
 * The binding's send times (for pacing) cannot be read from JavaScript; bursts are bounded by
 * `QuicConnection.flush` instead.
 */
export interface Quiche {
  /** Longest connection id, in bytes. */
  readonly MAX_CONN_ID_LEN: number;
  /** A first datagram of a client that is shorter than this is no QUIC. */
  readonly MIN_CLIENT_INITIAL_LEN: number;
  readonly Type: { readonly Initial: number };
  readonly Config: {
    /**
     * Certificates and keys are PEM. `verifyPeer` without `verifyAllowFail` refuses a peer whose
     * certificate `ca` does not vouch for, or that shows none.
     */
    withBoringSslCtx(
      verifyPeer: boolean,
      verifyAllowFail: boolean,
      ca: Uint8Array | null,
      keys: readonly Uint8Array[] | null,
      certificates: readonly Uint8Array[] | null,
      signatureAlgorithms: string | null,
    ): QuicheConfig;
  };
  readonly Connection: {
    connect(
      serverName: string | null,
      sourceId: Uint8Array,
      local: QuicAddress,
      remote: QuicAddress,
      config: QuicheConfig,
    ): QuicheConnection;
    accept(
      sourceId: Uint8Array,
      originalId: Uint8Array | null,
      local: QuicAddress,
      remote: QuicAddress,
      config: QuicheConfig,
    ): QuicheConnection;
  };
  readonly Header: {
    /** Throws when the datagram does not begin with a QUIC header. */
    fromSlice(datagram: Uint8Array, idLength: number): QuicheHeader;
  };
  versionIsSupported(version: number): boolean;
  /** Writes a Version Negotiation datagram into `out` and returns its length. */
  negotiateVersion(sourceId: Uint8Array, destinationId: Uint8Array, out: Uint8Array): number;
  /** Writes a Retry datagram into `out` and returns its length. */
  retry(
    sourceId: Uint8Array,
    destinationId: Uint8Array,
    newSourceId: Uint8Array,
    token: Uint8Array,
    version: number,
    out: Uint8Array,
  ): number;
}

export interface QuicheConfig {
  setApplicationProtos(names: readonly string[]): void;
  setMaxIdleTimeout(milliseconds: number): void;
  setMaxSendUdpPayloadSize(bytes: number): void;
  setMaxRecvUdpPayloadSize(bytes: number): void;
  setInitialMaxData(bytes: number): void;
  setInitialMaxStreamDataBidiLocal(bytes: number): void;
  setInitialMaxStreamDataBidiRemote(bytes: number): void;
  setInitialMaxStreamDataUni(bytes: number): void;
  setInitialMaxStreamsBidi(count: number): void;
  setInitialMaxStreamsUni(count: number): void;
  setMaxStreamWindow(bytes: number): void;
  setMaxConnectionWindow(bytes: number): void;
  setDisableActiveMigration(disabled: boolean): void;
  enablePacing(enabled: boolean): void;
}

/** The part of a QUIC header that can be read without keys. */
export interface QuicheHeader {
  readonly ty: number;
  readonly version: number;
  readonly dcid: Uint8Array;
  readonly scid: Uint8Array;
  /** Null: its type has none. */
  readonly token: Uint8Array | null;
}

/** An IP address and a UDP port. */
export interface QuicAddress {
  readonly host: string;
  readonly port: number;
}

/** Where a datagram came from and which address of this side it went to. */
export interface QuicPath {
  readonly from: QuicAddress;
  readonly to: QuicAddress;
}

/** Why a connection was closed, as its close frame says. */
export interface QuicheError {
  readonly isApp: boolean;
  readonly errorCode: number;
  readonly reason: Uint8Array;
}

/** Calls that "would block" return null; others throw an Error whose text is quiche's name of it. */
export interface QuicheConnection {
  /** Decrypts in place: the datagram is used up. */
  recv(datagram: Uint8Array, path: QuicPath): number;
  send(out: Uint8Array): [number, { readonly to: QuicAddress }] | null;
  sendAckEliciting(): void;
  streamRecv(streamId: number, into: Uint8Array): [number, boolean] | null;
  /** Bytes that `streamSend` would take now. */
  streamCapacity(streamId: number): number;
  /** Each call that does not take all tells the peer that it is in the way. */
  streamSend(streamId: number, bytes: Uint8Array, fin: boolean): number | null;
  /** Slow (microseconds): call it only when `isReadable`. */
  readable(): Iterable<number>;
  isReadable(): boolean;
  peerStreamsLeftUni(): number;
  /** Milliseconds until `onTimeout` is due; null: never. */
  timeout(): number | null;
  onTimeout(): void;
  /** Its outcome says only whether the connection was closed before. */
  close(app: boolean, errorCode: number, reason: Uint8Array): unknown;
  isEstablished(): boolean;
  isDraining(): boolean;
  isClosed(): boolean;
  isTimedOut(): boolean;
  peerError(): QuicheError | null;
  localError(): QuicheError | null;
  peerCertChain(): readonly Uint8Array[] | null;
  applicationProto(): Uint8Array;
}
