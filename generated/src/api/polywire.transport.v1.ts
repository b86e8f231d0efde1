export * from '../messages/polywire/transport/v1/transport.js';
export * from '../codecs/polywire/transport/v1/transport.js';
export * from '../forms/polywire/transport/v1/transport.js';
