import type { EmitContext } from './emit-context.js';
import { stringLiteral } from './literal.js';
import { byCodeUnit, GENERATED_HEADER } from './typescript-file.js';

const FOLDERS = {
  api: ['messages', 'codecs', 'layouts', 'text', 'envelopes', 'services'],
  browser: ['messages', 'tables', 'layout-tables', 'text', 'envelopes'],
};

/**
 * Writes `src/api/<package>.ts`, everything of one proto package in one module, and `src/browser/<package>.ts`, the
 * same with smaller and slower codecs.
 * @param paths every TypeScript file that is emitted, ts-proto's among them
 */
export function emitApi(context: EmitContext, paths: ReadonlySet<string>): void {
  const packages = new Map<string, string[]>();
  for (const file of context.files) {
    const name = file.proto.package;
    if (name === 'google.protobuf') continue;
    const stem = file.proto.name.replace('.proto', '');
    packages.set(name, [...(packages.get(name) ?? []), stem]);
  }
  for (const [name, stems] of [...packages].sort(([a], [b]) => byCodeUnit(a, b))) {
    for (const [target, folders] of Object.entries(FOLDERS)) {
      const lines = stems.flatMap((stem) =>
        folders
          .filter((folder) => paths.has(`src/${folder}/${stem}.ts`))
          .map((folder) => `export * from ${stringLiteral(`../${folder}/${stem}.js`)};`),
      );
      const path = `src/${target}/${name === '' ? 'default' : name}.ts`;
      context.emitFile(path, `${GENERATED_HEADER}\n\n${lines.join('\n')}\n`);
    }
  }
}
