import type { CreateClientOptions } from '../core/index.js';

/** What calls of a client go by when they do not say. */
export function callDefaults({
  timeoutMs = 10_000,
  maxStreamBytes = 4_194_304,
}: Partial<CreateClientOptions>): CreateClientOptions {
  return { timeoutMs, maxStreamBytes };
}
