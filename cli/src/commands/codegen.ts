import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../lib/base-command.js';
import { checkFolders } from '../lib/check-folders.js';
import { oneLine } from '../lib/show-text.js';

export default class Codegen extends BaseCommand {
  static override summary = 'Compile a schema into clients, stubs, codecs, validators, vectors and docs.';
  static override description =
    'Writes the folders src, json-schema, vectors and docs below --out, which must be a folder of its own: what codegen did not write is removed from them. src/api is what programs import; src/browser is the same with smaller codecs, for pages. Prints the files that changed. With --check nothing is written, and any difference ends the command with exit code 1.';
  static override examples = [
    '<%= config.bin %> codegen --schema proto --out generated',
    '<%= config.bin %> codegen --schema proto --out generated --check',
  ];
  static override flags = {
    schema: Flags.string({ description: 'Folder of the .proto files; imports are relative to it.', helpValue: 'DIR' }),
    out: Flags.string({ description: 'Folder to write to.', helpValue: 'DIR' }),
    check: Flags.boolean({ description: 'Write nothing; say what would change.' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Codegen);
    const { schemaDir, outDir } = checkFolders(flags);
    const { generate } = await import('@polywire/codegen');
    const { schemaFailure } = await import('../lib/schema-failure.js');
    const result = await generate({ schemaDir, outDir, check: flags.check }).catch((thrown: unknown) => {
      throw schemaFailure(thrown);
    });
    for (const path of result.changed) this.log(oneLine(path));
    const verb = flags.check ? 'would change' : 'changed';
    this.progress(`${result.changed.length} of ${result.files} files ${verb}, in ${result.elapsedMs} ms`);
    if (flags.check && result.changed.length > 0) process.exitCode = 1;
    return result;
  }
}
