// Bundles an entry for browsers: node run-rollup.js ENTRY OUT
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';

const [entry, file] = process.argv.slice(2);
const bundle = await rollup({
  input: entry,
  plugins: [nodeResolve({ browser: true })],
  onwarn: ({ message }) => {
    throw new Error(message);
  },
});
await bundle.write({ format: 'es', file });
await bundle.close();
