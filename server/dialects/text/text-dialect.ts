import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { PolywireError, type ServiceRegistry } from '@polywire/sdk/core';
import { certifiedId } from '../../auth/certified-id.js';
import type { PermissionSet } from '../../auth/permission-set.js';
import type { TextStoreConfig } from '../../config/server-config.js';
import type { SessionHost } from '../../sessions/session-host.js';
import type { Connection, ConnectionHandler, UpgradeDecision, UpgradeRequest } from '../../transports/listener.js';
import type { Dialect } from '../dialect.js';
import { TextCalls } from './map.js';
import { readStationPath } from './station-path.js';
import { type TextIdentity, TextSession } from './text-session.js';

/** Sub-protocols in the server's order: the first that the client offers is agreed on. */
export const OCPP_PROTOCOLS = ['ocpp2.1', 'ocpp2.0.1', 'ocpp1.6'] as const;
/** Owner of the one space that all share with `space = "global"`. */
export const GLOBAL_OWNER = 'text-store';
/** As long as a client id of the native wire may be. */
const MAX_STATION_ID_BYTES = 255;

export interface TextDialectOptions {
  readonly host: SessionHost;
  readonly registry: ServiceRegistry;
  readonly config: TextStoreConfig;
  /** True: any path is served. False: those at and below the prefix. */
  readonly anyPath: boolean;
  /** What its clients may do; undefined: everything. */
  readonly permissions: PermissionSet | undefined;
  /** Client ids are those of client certificates. */
  readonly certifiesIds: boolean;
  /** Bytes of commands that may wait for the store. */
  readonly maxWaitingBytes: number;
}

/** The STORE/READ text store. Everything that its sessions share is here. */
export class TextDialect implements Dialect {
  readonly name = 'text';
  readonly host: SessionHost;
  readonly calls: TextCalls;
  readonly maxWaitingBytes: number;
  readonly #options: TextDialectOptions;

  constructor(options: TextDialectOptions) {
    this.#options = options;
    this.host = options.host;
    this.calls = new TextCalls(options.registry);
    this.maxWaitingBytes = options.maxWaitingBytes;
  }

  /**
   * Stores of one connection may be on their way to the disk together. Not with hooks: they take
   * their time before the store sees a write, so a later write could overtake it.
   */
  get overlaps(): boolean {
    return !this.#options.registry.hooked;
  }

  accept(): ConnectionHandler {
    throw new PolywireError(ErrorCode.UNIMPLEMENTED, 'the text store is spoken over WebSocket only');
  }

  upgrade(request: UpgradeRequest): UpgradeDecision | undefined {
    const { config, anyPath, permissions } = this.#options;
    const { suffix, stationId = '' } = readStationPath(request.path, config.prefix);
    if (!anyPath && suffix !== config.prefix.slice(1) && !suffix.startsWith(`${config.prefix.slice(1)}/`)) {
      return undefined;
    }
    if (permissions?.isEmpty === true) {
      return {
        status: 403,
        body: 'the text store has no tokens; the permissions of this listener say who may use it\n',
      };
    }
    if (Buffer.byteLength(stationId) > MAX_STATION_ID_BYTES) {
      return { status: 400, body: `a client id has at most ${MAX_STATION_ID_BYTES} bytes\n` };
    }
    let clientId = stationId;
    try {
      if (this.#options.certifiesIds) clientId = certifiedId(request.peerCertificate, stationId);
    } catch (thrown) {
      const { codeName, message } = PolywireError.from(thrown);
      return { status: 403, body: `${codeName}: ${message}\n` };
    }
    return {
      protocol: OCPP_PROTOCOLS.find((protocol) => request.protocols.includes(protocol)),
      accept: (connection: Connection) => new TextSession(connection, this, this.#identityOf(clientId)),
    };
  }

  #identityOf(clientId: string): TextIdentity {
    const owners = { client: clientId, connection: '', global: GLOBAL_OWNER };
    const { config, permissions } = this.#options;
    return { sessionId: randomUUID(), clientId, dataOwner: owners[config.space], permissions };
  }

  close(): void {}
}
