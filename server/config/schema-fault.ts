/** The part of an ajv error that is used. */
export interface SchemaError {
  /** JSON pointer of the value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string | undefined;
}

const typeNames: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'a string',
  boolean: 'true or false',
  array: 'a list',
  object: 'a table',
};

/** What the value must be, such as `must be at most 65535`. */
export function describeFault(error: SchemaError): string {
  const { params } = error;
  switch (error.keyword) {
    case 'type':
      return `must be ${[params.type].flat().map(typeName).join(' or ')}`;
    case 'minimum':
      return `must be at least ${params.limit}`;
    case 'maximum':
      return `must be at most ${params.limit}`;
    case 'pattern':
      return describePattern(String(params.pattern));
    case 'minLength':
      return params.limit === 1 ? 'must not be empty' : `must have at least ${params.limit} characters`;
    case 'maxLength':
      return `must have at most ${params.limit} characters`;
    case 'minItems':
      return `must have at least ${params.limit} items`;
    case 'maxItems':
      return `must have at most ${params.limit} items`;
    default:
      return error.message ?? 'is not valid';
  }
}

function typeName(type: unknown): string {
  return typeNames[String(type)] ?? String(type);
}

/** A pattern that only lists words is read as the list. */
function describePattern(pattern: string): string {
  const words = /^\^\((\w+(?:\|\w+)*)\)\$$/.exec(pattern)?.[1]?.split('|');
  return words === undefined ? `must match ${pattern}` : `must be one of ${words.join(', ')}`;
}
