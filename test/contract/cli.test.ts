import { GraftError } from '../../src-main/contract/errors.ts'
import type { RequestName } from '../../src-main/contract/index.ts'
import { clientOf } from '../../src-main/hosts/cli/open-client.ts'
import { contractSuite } from '../support/contract-suite.ts'

/** The client that every command of the command line uses. */
contractSuite('in the command line', async ({ workbench }) => {
  const client = clientOf(workbench)
  return {
    async call(name, input) {
      try {
        return { ok: true, value: await client.call(name as RequestName, input as never) }
      } catch (error) {
        if (error instanceof GraftError) return { ok: false, error: error.toReply() }
        throw error
      }
    },
    close: async () => undefined,
  }
})
