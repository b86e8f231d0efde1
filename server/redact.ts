/** Stands in for the value of a secret. */
export const hiddenSecret = '[hidden]';

/**
 * Names whose values are never logged and never shown: every field that the schema marks `secret`
 * (a test compares) and what people commonly call their secrets. A name that ends like one of
 * these is one as well, whatever its case and separators.
 */
const secretName =
  /(token|tokensha256|redisurl|password|passwd|passphrase|secret|authorization|cookie|apikey|aeskey|privatekey|credentials?)$/;

/** True for the name of a field, setting, header or query parameter whose value is a secret. */
export function isSecretName(name: string): boolean {
  return secretName.test(name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
}

// Every pattern begins at a fixed word or at the start of one: the time is linear in the text.
const scheme = /(?<!\w)(bearer|basic)\s+[\w.~+/=-]+/gi;
const urlPassword = /:(?<=:\/\/[^\s/:@]{0,255}:)[^\s/@]+(?=@)/g;
const header = /(?<![\w-])((?:proxy-)?authorization|(?:set-)?cookie)(\s*[:=]\s*)(?!\\?["'])[^\r\n]+/gi;
const pairStart = /(?<![\w%-])([\w%-]+)(?:\\?["'])?\s*[=:]\s*/g;
const pairValue = /(\\?(["']))(?:(?!\\?\2).)*|[^\s&#;,"'}]+/sy;

/**
 * Hides the secrets that a text quotes: authorization values, passwords in URLs, and the value of
 * every `name=value`, `name: value` and JSON pair with a secret name.
 */
export function hideSecrets(text: string): string {
  if (!/[=:]|bearer|basic/i.test(text)) return text;
  return hidePairs(
    text
      .replace(header, `$1$2${hiddenSecret}`)
      .replace(scheme, `$1 ${hiddenSecret}`)
      .replace(urlPassword, `:${hiddenSecret}`),
  );
}

/** Goes from name to name, not from pair to pair: the value of a harmless pair may contain a secret one. */
function hidePairs(text: string): string {
  let result = '';
  let done = 0;
  for (const match of text.matchAll(pairStart)) {
    const valueAt = match.index + match[0].length;
    if (match.index < done || !isSecretName(decodeName(match[1] ?? ''))) continue;
    pairValue.lastIndex = valueAt;
    const value = pairValue.exec(text);
    if (value === null) continue;
    result += text.slice(done, valueAt) + (value[1] ?? '') + hiddenSecret;
    done = valueAt + value[0].length;
  }
  return result + text.slice(done);
}

/** A query parameter's name may be percent-encoded, also to get past the table of names. */
function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
