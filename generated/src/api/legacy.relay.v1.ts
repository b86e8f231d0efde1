export * from '../messages/legacy/relay/v1/envelope.js';
export * from '../codecs/legacy/relay/v1/envelope.js';
