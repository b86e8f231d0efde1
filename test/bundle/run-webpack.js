// Bundles an entry for browsers: node run-webpack.js ENTRY OUT
import { basename, dirname } from 'node:path';
import webpack from 'webpack';

const [entry, file] = process.argv.slice(2);
const compiler = webpack({
  mode: 'production',
  target: ['web', 'es2022'],
  context: process.cwd(),
  entry,
  experiments: { outputModule: true },
  output: { path: dirname(file), filename: basename(file), library: { type: 'module' } },
  performance: { hints: false },
});
compiler.run((error, stats) => {
  if (error) throw error;
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString('errors-warnings'));
  compiler.close(() => {});
});
