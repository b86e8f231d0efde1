import { Buffer } from 'node:buffer';

/** What the path of a text store's client says. */
export interface StationPath {
  /** The path without its first slash, percent-decoded. */
  readonly suffix: string;
  /** The parts of the suffix between slashes, decoded ones included; none for the root. */
  readonly segments: readonly string[];
  /** The segment after the prefix, which may be empty. Undefined: the path is not below the prefix. */
  readonly stationId: string | undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const percentEscape = /%([0-9A-Fa-f]{2})/g;

/**
 * Takes a path apart. Every path is good.
 * @param path as sent, without the query
 * @param prefix such as "/ocpp"
 */
export function readStationPath(path: string, prefix: string): StationPath {
  const suffix = decodePercent(path.startsWith('/') ? path.slice(1) : path);
  const segments = suffix === '' ? [] : suffix.split('/');
  const below = suffix.startsWith(`${prefix.slice(1)}/`);
  const stationId = below ? segments[prefix.split('/').length - 1] : undefined;
  return { suffix, segments, stationId };
}

/** Escapes that are not complete stay, a plus sign is a plus sign, and what is not UTF-8 stays undecoded. */
function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  const parts: Buffer[] = [];
  let end = 0;
  for (const match of text.matchAll(percentEscape)) {
    parts.push(Buffer.from(text.slice(end, match.index)), Buffer.from(match[1] ?? '', 'hex'));
    end = match.index + match[0].length;
  }
  parts.push(Buffer.from(text.slice(end)));
  try {
    return utf8.decode(Buffer.concat(parts));
  } catch {
    return text;
  }
}
