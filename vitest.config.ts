import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['test/kit/system-needs.ts'],
    reporters: ['default', './test/kit/closing-line.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
