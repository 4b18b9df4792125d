import { contractSuite } from '../support/contract-suite.ts'

contractSuite('in memory', async (test) => ({
  call: (name, input) => test.raw(name, input),
  close: async () => undefined,
}))
