/** What must not be wrong quietly, and the tests that answer for it: each area's own, so that a mutant costs a fraction of a second.
 *  None starts a process. */
export const areas = {
  base: { mutate: ['src-main/base/**/*.ts'], tests: ['test/unit/base/**/*.test.ts'] },
  data: {
    mutate: ['src-main/data/**/*.ts'],
    // Without whole imports, any bytes and files of many megabytes: a mutant would take seconds.
    tests: [
      'test/unit/data/**/*.test.ts',
      '!test/unit/data/{any-bytes,bad-files,csv-pieces,guesses,idx,layouts,reading-cells,samples,several,table}.test.ts',
      'test/golden/split.test.ts',
    ],
  },
  'core/store': {
    mutate: ['src-main/core/store/**/*.ts'],
    tests: ['test/unit/core/store/**/*.test.ts', 'test/store/exhibits.test.ts'],
  },
  // Without studies.test.ts, which trains.
  'core/studies': {
    mutate: ['src-main/core/studies/**/*.ts'],
    tests: ['test/unit/core/studies/**/*.test.ts', '!test/unit/core/studies/studies.test.ts'],
  },
  // TensorFlow's addon can be loaded once in a process, not once in a thread.
  'learning/losses': {
    pool: 'forks',
    mutate: ['src-main/learning/losses/**/*.ts'],
    tests: ['test/unit/learning/losses/**/*.test.ts', 'test/numeric/{distillation-loss,domain-ops,head-loss}.test.ts'],
  },
  'learning/optimizers': {
    mutate: ['src-main/learning/optimizers/**/*.ts'],
    tests: ['test/unit/learning/optimizers/**/*.test.ts'],
  },
  'learning/schedules': {
    mutate: ['src-main/learning/schedules/**/*.ts'],
    tests: ['test/unit/learning/schedules/**/*.test.ts'],
  },
  'learning/metrics': {
    mutate: ['src-main/learning/metrics/**/*.ts'],
    tests: ['test/unit/learning/metrics/**/*.test.ts'],
  },
  'learning/plan': {
    mutate: ['src-main/learning/plan/**/*.ts'],
    // Not those that plan for the shipped base models: their networks are large.
    tests: ['test/unit/learning/plan/!(resolve-spec|transfer-preflight).test.ts'],
  },
  'learning/network': {
    mutate: ['src-main/learning/network/**/*.ts'],
    tests: ['test/unit/learning/network/**/!(*-properties).test.ts'],
  },
  'hosts/http': {
    mutate: ['src-main/hosts/http/**/*.ts'],
    tests: ['test/unit/hosts/{guard,open-browser,server,uploads}.test.ts'],
  },
}
