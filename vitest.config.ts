import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Many tests wait for real processes: more workers than cores keep the cores busy.
    maxWorkers: 4,
  },
});
