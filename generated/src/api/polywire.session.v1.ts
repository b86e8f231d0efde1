export * from '../messages/polywire/session/v1/session.js';
export * from '../codecs/polywire/session/v1/session.js';
export * from '../services/polywire/session/v1/session.js';
