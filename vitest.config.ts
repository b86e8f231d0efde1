import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'cli/bundle/**'],
    // Tests run the command line as users do: after `tsc -b` alone its bundle would be an older one.
    globalSetup: ['test/kit/system-needs.ts', 'cli/scripts/bundle.js'],
    reporters: ['default', './test/kit/wires-report.ts', './test/kit/closing-line.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Many tests wait for real sockets, disks and processes. Where the machine is shared, a test that
    // missed its moment gets one more; a defect fails twice, and a retried test is shown as such.
    retry: process.env.CI === undefined ? 0 : 1,
  },
});
