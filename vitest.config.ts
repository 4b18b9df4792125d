import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))
const alias = { '@contract': `${root}src-main/contract` }

/** Each project is a folder of test/. `fast` needs neither TensorFlow nor a browser. */
export default defineConfig({
  resolve: { alias },
  plugins: [vue()],
  test: {
    // Of one core each: most tests start processes of their own, and those of the engine compute on one thread.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/{unit,golden,contract,store,arch,docs,security,setup,electron}/**/*.test.ts'],
          testTimeout: 20_000,
          pool: 'forks',
        },
      },
      {
        extends: true,
        test: {
          name: 'native',
          include: ['test/{numeric,conformance,trainer}/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          pool: 'forks',
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: ['test/{e2e,packaging}/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          pool: 'forks',
        },
      },
      {
        extends: true,
        test: {
          name: 'desktop',
          include: ['test/desktop/**/*.test.ts'],
          // After all others, and one at a time: windows share a screen, and some tests look at the time that a frame takes.
          sequence: { groupOrder: 1 },
          fileParallelism: false,
          globalSetup: ['test/desktop/setup.ts'],
          // Processes start and answer when the machine lets them.
          expect: { poll: { timeout: 10_000 } },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          pool: 'forks',
        },
      },
    ],
  },
})
