import { AckLevel } from '@polywire/protocol/polywire.kv.v1';

const names: Readonly<Record<AckLevel, string>> = {
  [AckLevel.UNSPECIFIED]: 'unknown',
  [AckLevel.VOLATILE]: 'volatile',
  [AckLevel.OS]: 'os',
  [AckLevel.DISK]: 'disk',
};

/** The name of what an acknowledgement means: volatile, os or disk. */
export function levelName(level: AckLevel): string {
  return names[level] ?? 'unknown';
}
