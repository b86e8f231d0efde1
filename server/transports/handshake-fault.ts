import type { UpgradeRequest } from './listener.js';

/** 16 bytes in base64. */
const key = /^[A-Za-z0-9+/]{22}==$/;

/** What is wrong with the headers of a WebSocket handshake (RFC 6455, 4.2.1); undefined: nothing. */
export function handshakeFault(request: UpgradeRequest): string | undefined {
  if (request.header('upgrade').toLowerCase() !== 'websocket') return 'the header Upgrade must be websocket';
  if (!/(^|,)\s*upgrade\s*(,|$)/i.test(request.header('connection'))) return 'the header Connection must have upgrade';
  if (request.header('sec-websocket-version') !== '13') return 'the header Sec-WebSocket-Version must be 13';
  return key.test(request.header('sec-websocket-key'))
    ? undefined
    : 'the header Sec-WebSocket-Key must be 16 bytes in base64';
}
