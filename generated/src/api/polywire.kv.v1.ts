export * from '../messages/polywire/kv/v1/value.js';
export * from '../codecs/polywire/kv/v1/value.js';
export * from '../messages/polywire/kv/v1/kv.js';
export * from '../codecs/polywire/kv/v1/kv.js';
export * from '../services/polywire/kv/v1/kv.js';
