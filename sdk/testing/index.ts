export {
  connectInMemory,
  connectToMemory,
  type InMemoryOptions,
  type MemoryClientOptions,
} from './connect-in-memory.js';
export { FakeClock } from './fake-clock.js';
export { type MemoryConnection, MemoryServer, type MemoryServerOptions } from './memory-server.js';
