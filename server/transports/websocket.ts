import type { CreateListener } from './listener.js';
import { loadUwsListener } from './websocket-uws.js';

/**
 * Picks what serves WebSocket: uWebSockets.js where it loads, else Node's own HTTP server with
 * the `ws` package.
 * @param onFallback gets one line that names the version of Node and the reason
 * @param loadNative replaced in tests
 */
export async function pickWebSocketListener(
  onFallback: (warning: string) => void,
  loadNative: () => Promise<CreateListener> = () => loadUwsListener(),
): Promise<CreateListener> {
  try {
    return await loadNative();
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
    onFallback(
      `WebSocket is served by node:http and ws, which is slower: uWebSockets.js does not load on Node ${process.version}, ${process.platform}-${process.arch} (${reason}). Run Node 20 or 22 on glibc Linux, macOS or Windows for the fast one.`,
    );
    const { createWsListener } = await import('./websocket-ws.js');
    return (options, host) => createWsListener(options, host);
  }
}
