const colors: Readonly<Record<string, string>> = {
  trace: '\u001b[90m',
  debug: '\u001b[90m',
  info: '\u001b[32m',
  warn: '\u001b[33m',
  error: '\u001b[31m',
  fatal: '\u001b[31m',
};
const gray = '\u001b[90m';
const plain = '\u001b[0m';

/**
 * One JSON record of the log as lines for a person: time of day, level, message, fields, and the
 * stack of an error on lines of its own. A text that is no JSON record comes back as it is.
 */
export function formatLogLine(json: string, options: { readonly color: boolean }): string {
  const record = parseRecord(json);
  if (record === undefined) return json;
  const { level, time, msg, ...fields } = record;
  const paint = (color: string, text: string) => (options.color ? `${color}${text}${plain}` : text);
  const label = String(level);
  const parts = [
    paint(gray, String(time).slice(11, 23)),
    paint(colors[label] ?? plain, label.toUpperCase().padEnd(5)),
    String(msg ?? ''),
  ];
  const stacks: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    parts.push(`${paint(gray, `${name}=`)}${formatValue(takeStacks(value, stacks))}`);
  }
  const lines = stacks.flatMap((stack) => stack.split('\n')).map((line) => paint(gray, `    ${line}`));
  return `${[parts.join(' '), ...lines].join('\n')}\n`;
}

function parseRecord(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** An error without its stack, and without those of its causes; the stacks go to `stacks`. */
function takeStacks(value: unknown, stacks: string[]): unknown {
  if (typeof value !== 'object' || value === null || !('stack' in value)) return value;
  const { stack, ...rest } = value as Record<string, unknown>;
  stacks.push(String(stack));
  if (rest.cause !== undefined) rest.cause = takeStacks(rest.cause, stacks);
  return rest;
}

function formatValue(value: unknown): string {
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value)) return value;
  return JSON.stringify(value);
}
