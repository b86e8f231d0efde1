export * from '../messages/legacy/banio/v1/io_msg.js';
export * from '../codecs/legacy/banio/v1/io_msg.js';
