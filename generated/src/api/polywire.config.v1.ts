export * from '../messages/polywire/config/v1/config.js';
export * from '../codecs/polywire/config/v1/config.js';
