export { connectInMemory, type InMemoryOptions } from './connect-in-memory.js';
export { FakeClock } from './fake-clock.js';
