import { UsageError } from './usage-error.js';

/**
 * Tags from flags such as `--tag unit=C`.
 * @throws UsageError for one without a name and an equals sign
 */
export function parseTags(flag: string, texts: readonly string[] | undefined): Map<string, string> {
  const tags = new Map<string, string>();
  for (const text of texts ?? []) {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`--${flag} "${text}" is not a tag; write NAME=VALUE`);
    tags.set(text.slice(0, at), text.slice(at + 1));
  }
  return tags;
}
