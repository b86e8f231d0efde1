export * from '../messages/polywire/errors/v1/errors.js';
export * from '../codecs/polywire/errors/v1/errors.js';
