import { ClientDataServiceCalls, type ClientDataServiceClient } from '@polywire/protocol/polywire.data.v1';
import { IoServiceCalls, type IoServiceClient } from '@polywire/protocol/polywire.io.v1';
import { KvServiceCalls, type KvServiceClient } from '@polywire/protocol/polywire.kv.v1';
import { BareClient } from './bare-client.js';

/** A client with all of Polywire's own services at hand. Made by `connect()`. */
export class Client extends BareClient {
  /** This client's own data space. */
  get data(): ClientDataServiceClient {
    return this.use(ClientDataServiceCalls);
  }

  /** The keys, changes and topics that all clients share. */
  get kv(): KvServiceClient {
    return this.use(KvServiceCalls);
  }

  /** Topics with their history, presence, directed work and locks. */
  get io(): IoServiceClient {
    return this.use(IoServiceCalls);
  }
}
