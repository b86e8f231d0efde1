import type { DescEnum, DescFile, DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import { commentText } from './comment-text.js';
import { fieldRulesText, fieldType, localTypeName, typeLink } from './docs-field.js';
import { markdownCode, markdownPage, markdownParagraphs, markdownTable, markdownText } from './markdown.js';
import { enumsOf, messagesOf } from './messages-of.js';
import type { Rules } from './rules.js';

const kinds: Readonly<Record<DescMethod['methodKind'], string>> = {
  unary: 'unary',
  server_streaming: 'server stream',
  client_streaming: 'client stream',
  bidi_streaming: 'bidi stream',
};

/** The reference page of a package: its services, messages and enums. */
export function packagePage(name: string, files: readonly DescFile[], rules: Rules): string {
  const services = files.flatMap((file) => file.services);
  const messages = messagesOf(files);
  const enums = enumsOf(files);
  return markdownPage([
    `# ${name}`,
    '[All packages](README.md)',
    packageText(files),
    services.length > 0 ? '## Services' : '',
    ...services.flatMap((service) => servicePart(service, rules)),
    messages.length > 0 ? '## Messages' : '',
    ...messages.flatMap((message) => messagePart(message, rules)),
    enums.length > 0 ? '## Enums' : '',
    ...enums.flatMap(enumPart),
  ]);
}

/** What the files of a package say above their package line. */
export function packageText(files: readonly DescFile[]): string {
  return markdownParagraphs(files.map(commentText).join('\n\n'));
}

function servicePart(service: DescService, rules: Rules): string[] {
  const serviceId = rules.service(service)?.serviceId ?? 0;
  const rows = service.methods.map((method) => {
    const { methodId, idempotent, fanout } = rules.method(method);
    return [
      markdownCode(method.name),
      methodId === 0 ? '' : `${methodId}`,
      kinds[method.methodKind],
      typeLink(method.input, service.file.proto.package),
      typeLink(method.output, service.file.proto.package),
      idempotent ? 'yes' : 'no',
      fanout ? 'yes' : 'no',
      markdownText(commentText(method)),
    ];
  });
  return [
    `### ${service.name}`,
    serviceId === 0 ? '' : `Service id ${serviceId}.`,
    markdownParagraphs(commentText(service)),
    markdownTable(['Method', 'Id', 'Kind', 'Request', 'Response', 'Idempotent', 'Fan-out', 'Meaning'], rows),
  ];
}

function messagePart(message: DescMessage, rules: Rules): string[] {
  const rows = message.fields.map((field) => [
    markdownCode(field.name),
    `${field.number}`,
    fieldType(field),
    fieldRulesText(field, rules.field(field)),
    markdownText(commentText(field)),
  ]);
  return [
    `### ${localTypeName(message)}`,
    markdownParagraphs(commentText(message)),
    formText(message, rules),
    markdownTable(['Field', 'Number', 'Type', 'Rules', 'Meaning'], rows) || 'No fields.',
  ];
}

function formText(message: DescMessage, rules: Rules): string {
  const { form } = rules.message(message);
  switch (form?.kind) {
    case 'layout': {
      const size = message.fields.reduce((sum, field) => sum + rules.field(field).width, 0);
      return `Fixed layout of ${size} bytes, big-endian, fields in this order.`;
    }
    case 'text':
      return `Text form: ${markdownCode(form.grammar)}.`;
    case 'envelope':
      return 'Envelope: one compact JSON object, fields in this order.';
    default:
      return '';
  }
}

function enumPart(desc: DescEnum): string[] {
  const rows = desc.values.map((value) => [
    markdownCode(value.name),
    `${value.number}`,
    markdownText(commentText(value)),
  ]);
  return [
    `### ${localTypeName(desc)}`,
    markdownParagraphs(commentText(desc)),
    markdownTable(['Name', 'Number', 'Meaning'], rows),
  ];
}
