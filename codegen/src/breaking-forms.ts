import type { DescField, DescMessage } from '@bufbuild/protobuf';
import type { MessageForm, Rules } from './rules.js';

/** A change of the bytes of a message's own wire form. */
export interface FormChange {
  readonly at: DescMessage | DescField;
  readonly rule: string;
  readonly text: string;
}

interface Side {
  readonly desc: DescMessage;
  readonly rules: Rules;
}

/** A form that was not there before breaks nobody. */
export function formChanges(before: Side, after: Side): FormChange[] {
  const [oldForm, newForm] = [before.rules.message(before.desc).form, after.rules.message(after.desc).form];
  if (oldForm === undefined) return [];
  if (newForm?.kind !== oldForm.kind) {
    const text = `the ${oldForm.kind} form ${newForm === undefined ? 'was removed' : `became a ${newForm.kind} form`}`;
    return [{ at: after.desc, rule: `POLYWIRE_${oldForm.kind.toUpperCase()}`, text }];
  }
  switch (oldForm.kind) {
    case 'layout':
      return layoutChanges(before, after);
    case 'text':
      return textChanges(oldForm, newForm, after.desc);
    case 'envelope':
      return envelopeChanges(before.desc, after.desc);
  }
}

/** Every field, its place and its width decide where the bytes are. */
function layoutChanges(before: Side, after: Side): FormChange[] {
  const found: FormChange[] = [];
  const order = (desc: DescMessage): string => desc.fields.map((field) => field.name).join(', ');
  if (order(before.desc) !== order(after.desc)) {
    const text = `the layout's fields were "${order(before.desc)}" and are "${order(after.desc)}"`;
    found.push({ at: after.desc, rule: 'POLYWIRE_LAYOUT_ORDER', text });
  }
  for (const [oldField, newField] of pairs(before.desc, after.desc)) {
    const [oldWidth, newWidth] = [before.rules.field(oldField).width, after.rules.field(newField).width];
    if (oldWidth === newWidth) continue;
    found.push({ at: newField, rule: 'POLYWIRE_LAYOUT_WIDTH', text: `width changed from ${oldWidth} to ${newWidth}` });
  }
  return found;
}

function textChanges(before: MessageForm, after: MessageForm, at: DescMessage): FormChange[] {
  if (before.kind !== 'text' || after.kind !== 'text' || before.grammar === after.grammar) return [];
  const text = `the text grammar changed from ${JSON.stringify(before.grammar)} to ${JSON.stringify(after.grammar)}`;
  return [{ at, rule: 'POLYWIRE_TEXT', text }];
}

/** Members may be added; those that were there keep their order. */
function envelopeChanges(before: DescMessage, after: DescMessage): FormChange[] {
  const kept = new Set(pairs(before, after).map(([, field]) => field.jsonName));
  const order = (desc: DescMessage): string =>
    desc.fields
      .map((field) => field.jsonName)
      .filter((name) => kept.has(name))
      .join(', ');
  if (order(before) === order(after)) return [];
  const text = `the envelope's members were in the order "${order(before)}" and are in the order "${order(after)}"`;
  return [{ at: after, rule: 'POLYWIRE_ENVELOPE_ORDER', text }];
}

function pairs(before: DescMessage, after: DescMessage): [DescField, DescField][] {
  return before.fields.flatMap((oldField) => {
    const newField = after.fields.find((field) => field.name === oldField.name);
    return newField === undefined ? [] : [[oldField, newField] as [DescField, DescField]];
  });
}
