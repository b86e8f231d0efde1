import { destination, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { cleanFields, cleanText } from './log-fields.js';
import { formatLogLine } from './log-line.js';

/** Facts of one record by name. Values of secret names are hidden, texts are cut at 128 bytes. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Writes the server's records. What a client sent belongs in `fields`, never in the message. An
 * error goes in as the field `err`. No method throws.
 */
export interface Logger {
  /** Something failed, and a person has to act. */
  error(message: string, fields?: LogFields): void;
  /** Something is wrong, and the server goes on without help. */
  warn(message: string, fields?: LogFields): void;
  /** What an operator wants to see of a healthy server. */
  info(message: string, fields?: LogFields): void;
  /** What a developer wants to see. */
  debug(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to each of its records. */
  child(fields: LogFields): Logger;
}

/** From most records to none. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  /** Records below this level are not written. */
  readonly level: LogLevel;
  /** True: lines for a person; false: one JSON object a line. Default: true when stderr is a terminal. */
  readonly pretty?: boolean;
  /** Colors in lines for a person. Default: true unless NO_COLOR is set. */
  readonly color?: boolean;
  /** Takes each record, with its line end. Default: writes it to stderr at once; stdout belongs to data. */
  readonly write?: (line: string) => void;
}

/** Message of a record: the server's own words, but an error's text may be part of them. */
const maxMessageBytes = 2048;
/** Names that a record has by itself; a field of that name gets an underscore behind it. */
const recordNames = ['level', 'time', 'msg'];

/** Makes the logger of a server. */
export function createLogger(options: LoggerOptions): Logger {
  const write = options.write ?? stderrWriter();
  const pretty = options.pretty ?? process.stderr.isTTY === true;
  const color = options.color ?? !process.env.NO_COLOR;
  const target = pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      // Fields arrive clean; pino's own serializer would take an error apart a second time.
      serializers: { err: (value: unknown) => value },
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: pretty ? (line: string) => write(formatLogLine(line, { color })) : write },
  );
  return wrap(target);
}

/** Synchronous, so that the last words before an exit are written too. */
function stderrWriter(): (line: string) => void {
  const stderr = destination({ fd: 2, sync: true });
  // A closed or full stderr must not end the server; there is no other place to report it.
  stderr.on('error', () => undefined);
  return (line) => {
    stderr.write(line);
  };
}

function wrap(target: PinoLogger): Logger {
  const log = (level: 'error' | 'warn' | 'info' | 'debug') => (message: string, fields?: LogFields) => {
    if (!target.isLevelEnabled(level)) return;
    target[level](fields === undefined ? {} : recordFields(fields), cleanText(message, maxMessageBytes));
  };
  return {
    error: log('error'),
    warn: log('warn'),
    info: log('info'),
    debug: log('debug'),
    child: (fields) => wrap(target.child(recordFields(fields))),
  };
}

function recordFields(fields: LogFields): Record<string, unknown> {
  // pino calls hasOwnProperty on it, so this one needs a prototype.
  const clean = { ...cleanFields(fields) };
  for (const name of recordNames) {
    if (!(name in clean)) continue;
    clean[`${name}_`] = clean[name];
    delete clean[name];
  }
  return clean;
}
