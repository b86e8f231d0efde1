export * from '../messages/polywire/io/v1/io.js';
export * from '../codecs/polywire/io/v1/io.js';
export * from '../services/polywire/io/v1/io.js';
