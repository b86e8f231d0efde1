import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import type { Variables } from '../suite/template.js';

const MAX_SHOWN = 120;

/**
 * Compares what came with what a suite expects and returns the differences, none for a match.
 * A field that is not expected is not compared; lists must have the same length; null means that
 * the field must be missing. Numbers equal their decimal text, as 64-bit fields travel in
 * proto-JSON. A string that begins with `$` is one or more conditions with spaces between:
 *
 * - `$save:name` always holds, and keeps the value as a variable once everything matches
 * - `$set` is not 0, false or empty
 * - `$more:name` is a number greater than the variable
 * - `$between:LOW:HIGH` is a number from LOW to HIGH
 */
export function matchJson(expected: JsonObject, actual: JsonObject, variables: Variables): string[] {
  const saved: [string, JsonValue][] = [];
  const differences: string[] = [];
  compare('', expected, actual, { variables, saved, differences });
  if (differences.length === 0) for (const [name, value] of saved) variables.set(name, value);
  return differences;
}

interface Comparison {
  readonly variables: Variables;
  readonly saved: [string, JsonValue][];
  readonly differences: string[];
}

function compare(path: string, expected: JsonValue, actual: JsonValue | undefined, to: Comparison): void {
  if (expected === null) {
    if (actual !== undefined) to.differences.push(`${path}: expected nothing, got ${show(actual)}`);
  } else if (typeof expected === 'string' && expected.startsWith('$')) {
    for (const condition of expected.split(' ')) checkCondition(path, condition, actual, to);
  } else if (Array.isArray(expected) && Array.isArray(actual)) {
    compareLists(path, expected, actual, to);
  } else if (isObject(expected) && isObject(actual)) {
    for (const [name, each] of Object.entries(expected)) {
      compare(path === '' ? name : `${path}.${name}`, each, actual[name], to);
    }
  } else if (!sameScalar(expected, actual)) {
    to.differences.push(`${path || 'the message'}: expected ${show(expected)}, got ${show(actual)}`);
  }
}

function compareLists(path: string, expected: JsonValue[], actual: JsonValue[], to: Comparison): void {
  if (actual.length !== expected.length) {
    to.differences.push(`${path}: expected ${expected.length} elements, got ${actual.length}: ${show(actual)}`);
    return;
  }
  expected.forEach((each, index) => {
    compare(`${path}[${index}]`, each, actual[index], to);
  });
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sameScalar(expected: JsonValue, actual: JsonValue | undefined): boolean {
  if (typeof expected === 'number' && (typeof actual === 'number' || typeof actual === 'string')) {
    return String(expected) === String(actual);
  }
  if (typeof expected === 'string' && typeof actual === 'number') return expected === String(actual);
  return expected === actual;
}

function checkCondition(path: string, condition: string, actual: JsonValue | undefined, to: Comparison): void {
  const [name, ...args] = condition.slice(1).split(':');
  const fails = (why: string): void => void to.differences.push(`${path}: expected ${why}, got ${show(actual)}`);
  switch (name) {
    case 'save':
      if (actual === undefined) fails('any value');
      else to.saved.push([args[0] ?? '', actual]);
      return;
    case 'set':
      if (isEmpty(actual)) fails('a value that is not empty');
      return;
    case 'more': {
      // What this very message saved further up counts too.
      const bound = to.saved.findLast(([saved]) => saved === args[0])?.[1] ?? to.variables.get(args[0] ?? '');
      const [low, value] = [integer(bound), integer(actual)];
      if (low === undefined) throw new Error(`$more: the variable ${args[0]} is not a number`);
      if (value === undefined || value <= low) fails(`a number greater than ${low}`);
      return;
    }
    case 'between': {
      const [low, high, value] = [integer(args[0]), integer(args[1]), integer(actual)];
      if (low === undefined || high === undefined) throw new Error(`${condition} needs two numbers`);
      if (value === undefined || value < low || value > high) fails(`a number from ${low} to ${high}`);
      return;
    }
    default:
      throw new Error(`${condition} is not a condition that suites know`);
  }
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return value === '' || value === 0 || value === '0' || value === false || /_UNSPECIFIED$/.test(String(value));
}

function integer(value: JsonValue | undefined): bigint | undefined {
  return (typeof value === 'string' || typeof value === 'number') && /^-?[0-9]+$/.test(String(value))
    ? BigInt(value)
    : undefined;
}

function show(value: JsonValue | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)` : text;
}
