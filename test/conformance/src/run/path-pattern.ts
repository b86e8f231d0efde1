/**
 * Matches case paths such as "kv/get-missing": `*` stands for one part of a path, or for any text
 * within a part; `**` for any number of parts.
 */
export function pathMatches(pattern: string, path: string): boolean {
  const source = pattern
    .split('/')
    .map((part) => (part === '**' ? '.+' : part.split('*').map(quote).join('[^/]*')))
    .join('/');
  return new RegExp(`^${source}$`).test(path);
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
