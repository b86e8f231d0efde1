export * from '../messages/polywire/relay/v1/relay.js';
export * from '../codecs/polywire/relay/v1/relay.js';
export * from '../services/polywire/relay/v1/relay.js';
