export * from '../messages/polywire/data/v1/data.js';
export * from '../codecs/polywire/data/v1/data.js';
export * from '../services/polywire/data/v1/data.js';
