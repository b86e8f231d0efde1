/** Writes data to stdout; resolves when the system has taken it, so that a slow reader slows the writer. */
export function write(data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(data, (error) => (error ? reject(error) : resolve()));
  });
}

/** Writes one line of JSON to stdout. */
export function writeJsonLine(value: unknown): Promise<void> {
  return write(`${JSON.stringify(value)}\n`);
}

/** Writes a JSON array to stdout, an item a line, each as soon as it is there. */
export async function writeJsonArray<T>(items: AsyncIterable<T>, toJson: (item: T) => unknown): Promise<void> {
  let separator = '[';
  for await (const item of items) {
    await write(`${separator}\n  ${JSON.stringify(toJson(item))}`);
    separator = ',';
  }
  await write(separator === '[' ? '[]\n' : '\n]\n');
}

/** Ends the process quietly when the reader of stdout has gone, as in `polywire kv list | head -1`. */
export function exitWhenReaderLeaves(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
  });
}
