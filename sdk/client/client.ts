import { ClientDataService, type ClientDataServiceClient } from '@polywire/protocol/polywire.data.v1';
import { IoService, type IoServiceClient } from '@polywire/protocol/polywire.io.v1';
import { KvService, type KvServiceClient } from '@polywire/protocol/polywire.kv.v1';
import { BareClient } from './bare-client.js';

/** A client with all of Polywire's own services at hand. Made by `connect()`. */
export class Client extends BareClient {
  /** This client's own data space. */
  get data(): ClientDataServiceClient {
    return this.use(ClientDataService);
  }

  /** The keys, changes and topics that all clients share. */
  get kv(): KvServiceClient {
    return this.use(KvService);
  }

  /** Topics with their history, presence, directed work and locks. */
  get io(): IoServiceClient {
    return this.use(IoService);
  }
}
