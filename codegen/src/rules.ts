import {
  type DescEnumValue,
  type DescExtension,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescMethod,
  type DescService,
  getExtension,
  hasExtension,
  type Message,
} from '@bufbuild/protobuf';

const PACKAGE = 'polywire.options.v1';

/** What the packet header needs to know of a service. */
export interface ServiceRules {
  /** 1 to 255; 0 when the option leaves it out. */
  readonly serviceId: number;
}

export interface MethodRules {
  /** 1 to 127; 0 when there is none. */
  readonly methodId: number;
  readonly idempotent: boolean;
  readonly fanout: boolean;
}

/** The wire form that a message has beside protobuf. */
export type MessageForm =
  | { readonly kind: 'layout' }
  | { readonly kind: 'text'; readonly grammar: string }
  | { readonly kind: 'envelope' };

export interface MessageRules {
  readonly form: MessageForm | undefined;
}

/** Inclusive bounds; undefined: no bound. */
export interface RangeRule {
  readonly min: bigint | undefined;
  readonly max: bigint | undefined;
}

export interface FieldRules {
  /** Bytes in a layout; 0 when there is none. */
  readonly width: number;
  /** Bytes of a string (as UTF-8) or bytes field, items of a repeated or map field. */
  readonly maxLen: number | undefined;
  readonly minLen: number | undefined;
  /** Source of a regular expression, as the schema has it: not escaped for any output. */
  readonly pattern: string | undefined;
  readonly range: RangeRule | undefined;
  readonly secret: boolean;
}

/** What an error code means outside the native wire. 0 and '' where the option leaves a part out. */
export interface CodeRules {
  readonly closeCode: number;
  readonly retryable: boolean;
  readonly httpStatus: number;
  readonly legacyStatus: number;
  readonly hint: string;
}

/** The Polywire options of a schema. */
export interface Rules {
  service(desc: DescService): ServiceRules | undefined;
  method(desc: DescMethod): MethodRules;
  message(desc: DescMessage): MessageRules;
  field(desc: DescField): FieldRules;
  code(desc: DescEnumValue): CodeRules | undefined;
}

/**
 * Reads our options by looking the extensions up among `files`, which must hold every file of the
 * request. A schema that does not import the options file has no rules.
 */
export function readRules(files: Iterable<DescFile> | { readonly allFiles: readonly DescFile[] }): Rules {
  const extensions = new Map<string, DescExtension>();
  for (const file of 'allFiles' in files ? files.allFiles : files) {
    if (file.proto.package !== PACKAGE) continue;
    for (const extension of file.extensions) extensions.set(extension.name, extension);
  }
  const read = (name: string, options: Message | undefined): Values | undefined => {
    const extension = extensions.get(name);
    if (extension === undefined || options === undefined || !hasExtension(options, extension)) return undefined;
    return new Values(getExtension(options, extension));
  };
  return {
    service(desc) {
      const values = read('service', desc.proto.options);
      return values && { serviceId: values.number('serviceId') };
    },
    method(desc) {
      const values = read('method', desc.proto.options);
      return {
        methodId: values?.number('methodId') ?? 0,
        idempotent: values?.boolean('idempotent') ?? false,
        fanout: values?.boolean('fanout') ?? false,
      };
    },
    message(desc) {
      return { form: formOf(read('message', desc.proto.options)) };
    },
    field(desc) {
      const values = read('field', desc.proto.options);
      const range = values?.message('range');
      const pattern = values?.text('pattern');
      return {
        width: values?.number('width') ?? 0,
        maxLen: values?.optionalNumber('maxLen'),
        minLen: values?.optionalNumber('minLen'),
        pattern: pattern === '' ? undefined : pattern,
        range: range && { min: range.optionalBigint('min'), max: range.optionalBigint('max') },
        secret: values?.boolean('secret') ?? false,
      };
    },
    code(desc) {
      const values = read('code', desc.proto.options);
      return (
        values && {
          closeCode: values.number('closeCode'),
          retryable: values.boolean('retryable'),
          httpStatus: values.number('httpStatus'),
          legacyStatus: values.number('legacyStatus'),
          hint: values.text('hint'),
        }
      );
    },
  };
}

function formOf(values: Values | undefined): MessageForm | undefined {
  const form = values?.oneof('form');
  switch (form?.case) {
    case 'layout':
      return { kind: 'layout' };
    case 'text':
      return { kind: 'text', grammar: String(form.value) };
    case 'envelope':
      return { kind: 'envelope' };
    default:
      return undefined;
  }
}

/**
 * Typed access to an option message whose type is known at run time only. A part that an older
 * copy of the options file does not have counts as left out.
 */
class Values {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(message: unknown) {
    this.#values = message as Readonly<Record<string, unknown>>;
  }

  number(name: string): number {
    return this.optionalNumber(name) ?? 0;
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#values[name];
    return typeof value === 'number' ? value : undefined;
  }

  optionalBigint(name: string): bigint | undefined {
    const value = this.#values[name];
    return typeof value === 'bigint' ? value : undefined;
  }

  boolean(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string {
    const value = this.#values[name];
    return typeof value === 'string' ? value : '';
  }

  message(name: string): Values | undefined {
    const value = this.#values[name];
    return typeof value === 'object' && value !== null ? new Values(value) : undefined;
  }

  oneof(name: string): { readonly case?: string; readonly value?: unknown } | undefined {
    const value = this.#values[name];
    return typeof value === 'object' && value !== null ? value : undefined;
  }
}
