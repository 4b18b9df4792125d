import { existsSync, globSync, readFileSync, statfsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'

const root = fileURLToPath(new URL('.', import.meta.url))
const alias = { '@contract': `${root}src-main/contract` }

/** Tests that put other modules or globals in the place of ours have a process of their own; the others share one, and what it has loaded. */
const FAST = ['unit', 'golden', 'contract', 'store', 'arch', 'docs', 'security', 'setup', 'electron']
const MOCKING = FAST.flatMap((folder) => globSync(`test/${folder}/**/*.test.ts`, { cwd: root })).filter((path) =>
  /\bvi\.(mock|stubGlobal|doMock|resetModules)\(/.test(readFileSync(root + path, 'utf8')),
)

/** Slow tests that count the time of their own process, or what it loads, have one of their own; the others share one, and its browser. */
const ALONE = ['test/packaging/**/*.test.ts', 'test/e2e/{main-process,soak}.test.ts']

/** Builds the programs that those tests run, where a source has changed. */
const PROGRAMS = ['test/support/build-programs.ts']

/** Processes start and answer when the machine lets them. */
const PATIENT = { timeout: 10_000 }

const GIB = 2 ** 30
const hasMemoryDisk = existsSync('/dev/shm') && statfsSync('/dev/shm').bavail * statfsSync('/dev/shm').bsize > 4 * GIB

/** Each project is a folder of test/. `fast` needs neither TensorFlow nor a browser. */
export default defineConfig({
  resolve: { alias },
  plugins: [vue()],
  test: {
    // Of one core each: most tests start processes of their own, and those of the engine compute on one thread.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: FAST.map((folder) => `test/${folder}/**/*.test.ts`),
          exclude: MOCKING,
          testTimeout: 20_000,
          pool: 'forks',
          isolate: false,
        },
      },
      {
        extends: true,
        // Beside `fast`: --project 'fast*'.
        test: { name: 'fast-mocking', include: MOCKING, testTimeout: 20_000, pool: 'forks' },
      },
      {
        extends: true,
        test: {
          name: 'native',
          include: ['test/{numeric,conformance,trainer}/**/*.test.ts'],
          globalSetup: PROGRAMS,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          pool: 'forks',
          // A toy's run waits for the disk as long as it computes.
          env: hasMemoryDisk ? { TMPDIR: '/dev/shm' } : {},
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: PROGRAMS,
          exclude: ALONE,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          pool: 'forks',
          isolate: false,
          expect: { poll: PATIENT },
        },
      },
      {
        extends: true,
        // Beside `slow`: --project 'slow*'.
        test: {
          name: 'slow-alone',
          include: ALONE,
          globalSetup: PROGRAMS,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          pool: 'forks',
        },
      },
      {
        extends: true,
        // What Windows itself does: skipped elsewhere, with a word.
        test: {
          name: 'windows',
          include: ['test/windows/**/*.test.ts'],
          globalSetup: PROGRAMS,
          testTimeout: 120_000,
          pool: 'forks',
        },
      },
      {
        extends: true,
        test: {
          name: 'desktop',
          include: ['test/desktop/**/*.test.ts'],
          globalSetup: ['test/desktop/setup.ts'],
          expect: { poll: PATIENT },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          pool: 'forks',
        },
      },
    ],
  },
})
