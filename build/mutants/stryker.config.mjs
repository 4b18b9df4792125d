import { areas } from './areas.mjs'

const name = process.env['GRAFT_MUTANTS']
const file = `.graft/mutants/${name.replace('/', '-')}`

/** Of one area: build/commands/mutants.mjs runs one after another. */
export default {
  packageManager: 'npm',
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'build/mutants/vitest.config.ts', related: true, pool: areas[name].pool ?? 'threads' },
  coverageAnalysis: 'perTest',
  // What runs once, while a module is loaded, cannot be changed from test to test.
  ignoreStatic: true,
  mutate: areas[name].mutate,
  // Words for people have tests of their own where they matter.
  mutator: { excludedMutations: ['StringLiteral'] },
  incremental: true,
  incrementalFile: `${file}.incremental.json`,
  concurrency: Number(process.env['GRAFT_MUTANTS_WORKERS'] ?? 2),
  timeoutMS: 5_000,
  timeoutFactor: 2,
  ignorePatterns: ['/out', '/dist', '/docs', '.graft'],
  tempDirName: file,
  reporters: ['clear-text', 'json'],
  clearTextReporter: { logTests: false, allowColor: false },
  jsonReporter: { fileName: `${file}.json` },
}
