export * from '../messages/legacy/kv/v1/cmd.js';
export * from '../codecs/legacy/kv/v1/cmd.js';
