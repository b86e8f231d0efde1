import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { propertyName } from '../../codegen/src/names.js';
import { isNumberField } from './field-kinds.js';
import type { Random } from './random.js';
import { safeSample, scalarSample } from './scalar-samples.js';
import { PLAIN } from './targets.js';

/** A message in the form that our codecs take: complete, or with what may be left out left out. */
export function randomMessage(random: Random, desc: DescMessage, depth = 3): unknown {
  const unwrapped = desc.file.proto.package === PLAIN ? randomUnwrapped(random, desc, depth) : undefined;
  if (unwrapped !== undefined) return unwrapped.value;
  const message: Record<string, unknown> = {};
  for (const member of desc.members) {
    const name = propertyName(member);
    if (member.kind === 'field') {
      message[name] = randomField(random, member, depth);
      continue;
    }
    const field = random.oneIn(5) ? undefined : random.pick(member.fields);
    message[name] = field && { $case: propertyName(field), value: randomValue(random, field, depth) };
  }
  return message;
}

/** The message with one number, or text, that its type may not be able to hold. */
export function withMisfit(random: Random, message: unknown): unknown {
  if (typeof message === 'number') return random.pick([-1, -0, 1.5, Number.NaN, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 63)]);
  if (typeof message === 'bigint') return random.pick([-1n, 2n ** 31n, 2n ** 63n, 2n ** 64n, -(2n ** 63n) - 1n]);
  if (typeof message === 'string') return random.pick(['\ud800', 'a\udc00', '']);
  if (message instanceof Uint8Array || typeof message !== 'object' || message === null) return message;
  if (message instanceof Map) return new Map([...message].map(([key, value]) => [key, withMisfit(random, value)]));
  if (Array.isArray(message)) return message.map((item) => withMisfit(random, item));
  const names = Object.keys(message).filter((name) => name !== '$case');
  if (names.length === 0) return message;
  const name = random.pick(names);
  const value = withMisfit(random, (message as Record<string, unknown>)[name]);
  return Object.defineProperty({ ...message }, name, { value, enumerable: true, configurable: true, writable: true });
}

function randomField(random: Random, field: DescField, depth: number): unknown {
  switch (field.fieldKind) {
    case 'list':
      return Array.from({ length: depth === 0 ? 0 : random.below(4) }, () => randomValue(random, field, depth));
    case 'map':
      return new Map(
        Array.from({ length: depth === 0 ? 0 : random.below(4) }, () => [
          scalarSample(random, field.mapKey),
          randomValue(random, field, depth),
        ]),
      );
    case 'message':
      return depth === 0 || random.oneIn(3) ? undefined : randomValue(random, field, depth);
    default:
      return field.proto.proto3Optional && random.oneIn(3) ? undefined : randomValue(random, field, depth);
  }
}

function randomValue(random: Random, field: DescField, depth: number): unknown {
  if (field.message !== undefined) return randomMessage(random, field.message, Math.max(0, depth - 1));
  if (field.enum !== undefined) {
    return random.oneIn(4) ? random.pick([0, -1, 7, 2_147_483_647]) : random.pick(field.enum.values).number;
  }
  return isNumberField(field) ? safeSample(random, field.scalar) : scalarSample(random, field.scalar);
}

function randomUnwrapped(random: Random, desc: DescMessage, depth: number): { value: unknown } | undefined {
  switch (desc.name) {
    case 'Struct':
      return { value: randomJson(random, depth, 5) };
    case 'ListValue':
      return { value: randomJson(random, depth, 4) };
    case 'Value':
      return { value: randomJson(random, depth, random.below(6)) };
    case 'FieldMask':
      return { value: ['a', 'b.c'].slice(random.below(3)) };
    default: {
      const [field] = desc.fields;
      const isWrapper = desc.name.endsWith('Value') && field?.name === 'value' && field.scalar !== undefined;
      return isWrapper ? { value: scalarSample(random, field.scalar) } : undefined;
    }
  }
}

function randomJson(random: Random, depth: number, kind: number): unknown {
  const inner = (): unknown => randomJson(random, depth - 1, depth <= 1 ? random.below(4) : random.below(6));
  switch (kind) {
    case 0:
      return null;
    case 1:
      return random.pick([0, -0, 1.5, Number.NaN, -Infinity]);
    case 2:
      return random.pick(['', 'text', '😀']);
    case 3:
      return random.oneIn(2);
    case 4:
      return Array.from({ length: depth <= 0 ? 0 : random.below(4) }, inner);
    default: {
      const object: Record<string, unknown> = {};
      for (let count = depth <= 0 ? 0 : random.below(4); count > 0; count--) {
        const key = random.pick(['a', 'key', '__proto__', 'constructor', '7', '']);
        Object.defineProperty(object, key, { value: inner(), enumerable: true, configurable: true, writable: true });
      }
      return object;
    }
  }
}
