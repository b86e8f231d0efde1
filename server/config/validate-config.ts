import { validate } from '@polywire/protocol/validators/polywire.config.v1.Config';
import { formatPath, listenTable, tableKeys, toSnakeCase } from './config-keys.js';
import { type ConfigSource, type Problem, problemAt } from './config-source.js';
import { describeValue } from './describe-value.js';
import { takeKnownKeys } from './known-keys.js';
import { describeFault, type SchemaError } from './schema-fault.js';
import type { KeyPath } from './toml-locate.js';

/** A source after validation: its valid values, and everything that was wrong with it. */
export interface ValidatedSource {
  /** By JSON names; a part of a ConfigInput when there are no problems. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/** Stands in for a listener that is not valid, as '' does for a text in a list, so that the places of the others stay. */
const anyListener = { transport: 'ws' };

/**
 * Checks one source against the schema: unknown keys, types, bounds, patterns. Reports everything
 * at once: the validator stops at the first fault, so each faulty value is taken out and the rest
 * validated again.
 */
export function validateSource(source: ConfigSource): ValidatedSource {
  const { values, problems: unknownKeys } = takeKnownKeys(source);
  const problems = [...source.problems, ...unknownKeys];
  const seen = new Set<string>();
  while (!validate(values)) {
    const error = validate.errors?.[0];
    const path = error === undefined ? [] : pathOf(error);
    // The same place twice: taking the value out did not help, and never will.
    if (error === undefined || path.length === 0 || seen.has(formatPath(path))) {
      problems.push({ text: `${source.origin(path)}: ${formatPath(path)} ${error?.message ?? 'is not valid'}` });
      break;
    }
    seen.add(formatPath(path));
    problems.push(faultOf(source, path, error));
    takeOut(values, path);
  }
  problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return { values, problems };
}

function faultOf(source: ConfigSource, jsonPath: KeyPath, error: SchemaError): Problem {
  const path = jsonPath.map((part) => (typeof part === 'number' ? part : toSnakeCase(part)));
  if (error.keyword === 'required') {
    return problemAt(
      source,
      path,
      `${formatPath(path)} is missing; every [[listen]] table says transport = "ws", "tcp" or "quic"`,
    );
  }
  const value = path.reduce<unknown>((inner, part) => (inner as Record<string | number, unknown>)[part], source.values);
  const isListenTable = path.length === 1 && path[0] === listenTable && error.keyword === 'type';
  const fault = isListenTable ? 'must be a list of tables, each under [[listen]]' : describeFault(error);
  return problemAt(source, path, `${formatPath(path)} ${fault}; it is ${describeValue(path.at(-1), value)}`);
}

/** The faulty value; for a missing one, where it should be. Names of the schema need no unescaping. */
function pathOf({ instancePath, params }: SchemaError): KeyPath {
  const parts = instancePath.split('/').slice(1);
  const path = parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return typeof params.missingProperty === 'string' ? [...path, params.missingProperty] : path;
}

/** What stands in for a faulty item of a list. */
function stubOf(path: KeyPath): unknown {
  if (path.length === 2) return { ...anyListener };
  const [table, list] = path.map((part) => toSnakeCase(String(part)));
  return tableKeys.get(table ?? '')?.get(list ?? '')?.type === 'tables' ? {} : '';
}

function takeOut(values: Record<string, unknown>, path: KeyPath): void {
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((inner, part) => (inner as Record<string | number, unknown>)[part], values);
  const last = path.at(-1) ?? '';
  if (Array.isArray(holder)) holder[Number(last)] = stubOf(path);
  else delete (holder as Record<string, unknown>)[last];
  // The one field that has to be there.
  if (last === 'transport') Object.assign(holder as object, anyListener);
}
