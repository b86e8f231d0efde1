import {
  createFileRegistry,
  type DescEnumValue,
  type DescMessage,
  type DescService,
  type FileRegistry,
  fromBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { tightenedRules } from './breaking-fields.js';
import { type BreakingFinding, compareFindings } from './breaking-finding.js';
import { formChanges } from './breaking-forms.js';
import type { AnyDesc } from './emit-context.js';
import { enumsOf, messagesOf } from './messages-of.js';
import { type CodeRules, type Rules, readRules } from './rules.js';
import { schemaError } from './schema-error.js';

/** A schema and its options, as they were or as they are. */
interface Side {
  readonly registry: FileRegistry;
  readonly rules: Rules;
}

type Report = (at: AnyDesc, rule: string, message: string) => void;

/**
 * Compares the Polywire options of two schemas, which `buf breaking` does not look at. What was
 * removed altogether is buf's to find.
 *
 * @param baseline image (binary FileDescriptorSet) of the schema as it was
 * @param current image of the schema as it is; with source info, findings have a line and a column
 */
export function checkBreaking(baseline: Uint8Array, current: Uint8Array): BreakingFinding[] {
  const [before, after] = [loadSide(baseline), loadSide(current)];
  const findings: BreakingFinding[] = [];
  const report: Report = (at, rule, message) => {
    const { file, line, column } = schemaError(at, message);
    findings.push({ file, line, column, rule, message });
  };
  for (const file of before.registry.files) {
    for (const service of file.services) checkService(service, before, after, report);
    for (const message of messagesOf([file])) checkMessage(message, before, after, report);
    for (const desc of enumsOf([file])) {
      for (const value of desc.values) checkCode(value, before, after, report);
    }
  }
  return findings.sort(compareFindings);
}

function loadSide(image: Uint8Array): Side {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
  return { registry, rules: readRules(registry.files) };
}

function checkService(oldService: DescService, before: Side, after: Side, report: Report): void {
  const service = after.registry.getService(oldService.typeName);
  if (service === undefined) return;
  const ids = [before.rules.service(oldService)?.serviceId, after.rules.service(service)?.serviceId];
  if (ids[0] !== ids[1]) {
    report(
      service,
      'POLYWIRE_SERVICE_ID',
      `${service.typeName}: service_id changed from ${shown(ids[0])} to ${shown(ids[1])}`,
    );
  }
  for (const oldMethod of oldService.methods) {
    const method = service.methods.find((candidate) => candidate.name === oldMethod.name);
    if (method === undefined) continue;
    const [was, is] = [before.rules.method(oldMethod), after.rules.method(method)];
    const compare = (rule: string, name: string, a: unknown, b: unknown): void => {
      if (a !== b) report(method, rule, `${service.typeName}.${method.name}: ${name} changed from ${a} to ${b}`);
    };
    compare('POLYWIRE_METHOD_ID', 'method_id', was.methodId, is.methodId);
    compare('POLYWIRE_METHOD_IDEMPOTENT', 'idempotent', was.idempotent, is.idempotent);
    compare('POLYWIRE_METHOD_FANOUT', 'fanout', was.fanout, is.fanout);
  }
}

function checkMessage(oldMessage: DescMessage, before: Side, after: Side, report: Report): void {
  const message = after.registry.getMessage(oldMessage.typeName);
  if (message === undefined) return;
  const changes = formChanges({ desc: oldMessage, rules: before.rules }, { desc: message, rules: after.rules });
  for (const { at, rule, text } of changes) {
    report(at, rule, `${at.kind === 'field' ? `${message.typeName}.${at.name}` : message.typeName}: ${text}`);
  }
  for (const oldField of oldMessage.fields) {
    const field = message.fields.find((candidate) => candidate.number === oldField.number);
    if (field === undefined) continue;
    for (const { rule, text } of tightenedRules(before.rules.field(oldField), after.rules.field(field))) {
      report(field, rule, `${message.typeName}.${field.name}: ${text}`);
    }
  }
}

const codeRules: readonly (readonly [rule: string, name: string, read: (rules: CodeRules) => unknown])[] = [
  ['POLYWIRE_CODE_CLOSE_CODE', 'close_code', (rules) => rules.closeCode],
  ['POLYWIRE_CODE_RETRYABLE', 'retryable', (rules) => rules.retryable],
  ['POLYWIRE_CODE_HTTP_STATUS', 'http_status', (rules) => rules.httpStatus],
  ['POLYWIRE_CODE_LEGACY_STATUS', 'legacy_status', (rules) => rules.legacyStatus],
];
const noCode: CodeRules = { closeCode: 0, retryable: false, httpStatus: 0, legacyStatus: 0, hint: '' };

function checkCode(oldValue: DescEnumValue, before: Side, after: Side, report: Report): void {
  const was = before.rules.code(oldValue);
  const value = after.registry
    .getEnum(oldValue.parent.typeName)
    ?.values.find((candidate) => candidate.number === oldValue.number);
  // A value that had no meaning outside the native wire may get one.
  if (was === undefined || value === undefined) return;
  const is = after.rules.code(value) ?? noCode;
  for (const [rule, name, read] of codeRules) {
    if (read(was) !== read(is)) report(value, rule, `${value.name}: ${name} changed from ${read(was)} to ${read(is)}`);
  }
}

function shown(id: number | undefined): string {
  return id === undefined ? 'none' : `${id}`;
}
