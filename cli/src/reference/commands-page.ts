import type { Command, Interfaces } from '@oclif/core';
import { errorTable } from '@polywire/protocol/errors';
import { type ExitCode, errorCodesOf, exitCodeMeanings } from '../lib/exit-codes.js';

type CachedCommand = Command.Cached;

/** The reference of all commands, in Markdown. */
export function commandsPage(commands: readonly CachedCommand[], topics: readonly Interfaces.Topic[]): string {
  const sorted = commands.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return [
    '<!-- Written by cli/scripts/write-reference.js from the commands themselves. Do not edit. -->',
    '# Commands',
    'Data goes to stdout, progress and errors to stderr. `--json` works with every command: the result is one JSON document on stdout (commands that follow events write one JSON object a line), and an error is one line of JSON on stderr, `{"error":{"code","message","hint","details","retryable","retryAfterMs","exitCode"}}`.',
    table(
      ['command', 'what it does'],
      sorted.map((command) => [`[\`${nameOf(command)}\`](#${anchorOf(command)})`, command.summary ?? '']),
    ),
    '## Connection',
    'Commands that talk to a server have these flags.',
    table(
      ['flag', 'variable', 'default', 'meaning'],
      flagsOf(sorted, (flag) => flag.helpGroup === 'CONNECTION').map((flag) => [
        `\`${flagForm(flag)}\``,
        flag.env === undefined ? '' : `\`${flag.env}\``,
        defaultOf(flag),
        flag.description ?? '',
      ]),
    ),
    '## Exit codes',
    table(['code', 'meaning', 'errors'], Object.entries(exitCodeMeanings).map(exitCodeRow)),
    ...topics
      .map((topic) => `## ${topic.name}\n\n${topic.description ?? ''}`)
      .flatMap((heading, index) => [
        heading,
        ...sorted.filter((command) => command.id.startsWith(`${topics[index]?.name}:`)).map(commandSection),
      ]),
    '## Other commands',
    ...sorted.filter((command) => !command.id.includes(':')).map(commandSection),
  ]
    .join('\n\n')
    .concat('\n');
}

function commandSection(command: CachedCommand): string {
  const args = Object.values(command.args);
  const flags = flagsOf([command], (flag) => flag.helpGroup !== 'CONNECTION' && flag.name !== 'json');
  const connects = 'url' in command.flags;
  const words = args.map((arg) => (arg.required ? arg.name.toUpperCase() : `[${arg.name.toUpperCase()}]`));
  const usage = [`polywire ${nameOf(command)}`, ...words, '[flags]'].join(' ');
  const rows = [
    ...args.map((arg) => [`\`${arg.name.toUpperCase()}\``, arg.description ?? '']),
    ...flags.map((flag) => [`\`${flagForm(flag)}\``, flagMeaning(flag)]),
  ];
  return [
    `### ${nameOf(command)}`,
    `\`${usage}\``,
    [command.summary, command.description].filter(Boolean).join(' '),
    ...(rows.length > 0 ? [table(['argument or flag', 'meaning'], rows)] : []),
    ...(connects ? ['Also the [connection flags](#connection) and `--json`.'] : ['Also `--json`.']),
    [
      '```sh',
      ...(command.examples ?? []).map((example) => String(example).replaceAll('<%= config.bin %>', 'polywire')),
      '```',
    ].join('\n'),
  ].join('\n\n');
}

type CachedFlag = CachedCommand['flags'][string];

/** The flags of some commands, each once. */
function flagsOf(commands: readonly CachedCommand[], keep: (flag: CachedFlag) => boolean): CachedFlag[] {
  const flags = commands.flatMap((command) => Object.values(command.flags)).filter(keep);
  return [...new Map(flags.map((flag) => [flag.name, flag])).values()];
}

function flagForm(flag: CachedFlag): string {
  if (flag.type === 'boolean') return `--${flag.name}`;
  return `--${flag.name} ${flag.options?.join('|') ?? flag.helpValue ?? flag.name.toUpperCase()}`;
}

function flagMeaning(flag: CachedFlag): string {
  const notes = [flag.description ?? ''];
  if (flag.required) notes.push('Required.');
  if (defaultOf(flag) !== '') notes.push(`Default: ${defaultOf(flag)}.`);
  if (flag.env !== undefined) notes.push(`Also from \`${flag.env}\`.`);
  return notes.join(' ');
}

function defaultOf(flag: CachedFlag): string {
  if (flag.type === 'boolean') return '';
  return flag.default === undefined ? '' : `\`${String(flag.default)}\``;
}

function exitCodeRow([code, meaning]: [string, string]): string[] {
  const names = errorCodesOf(Number(code) as ExitCode).map((number) => `\`${errorTable[number]?.name ?? number}\``);
  return [code, meaning, names.join(' ')];
}

/** A table with even columns, as the formatter wants it. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = header.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  const lines = [cells[0] ?? [], rule, ...cells.slice(1)];
  return lines
    .map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
    .join('\n');
}

function nameOf(command: CachedCommand): string {
  return command.id.replaceAll(':', ' ');
}

function anchorOf(command: CachedCommand): string {
  return command.id.replaceAll(':', '-');
}
