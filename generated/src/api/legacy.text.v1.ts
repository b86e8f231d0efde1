export * from '../messages/legacy/text/v1/commands.js';
export * from '../codecs/legacy/text/v1/commands.js';
