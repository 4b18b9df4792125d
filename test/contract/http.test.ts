import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reply } from '../../src-main/contract/index.ts'
import { startHttpHost } from '../../src-main/hosts/http/server.ts'
import { newToken } from '../../src-main/hosts/http/token.ts'
import { openUploads } from '../../src-main/hosts/http/uploads.ts'
import { contractSuite } from '../support/contract-suite.ts'

contractSuite('over HTTP', async ({ workbench, folder }) => {
  const renderer = join(folder, 'ws', 'cache', 'renderer')
  mkdirSync(renderer, { recursive: true })
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>Graft</title>')
  const token = newToken()
  const uploads = await openUploads()
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const host = await startHttpHost({ workbench, uploads, log, token, renderer, port: 0 })
  return {
    async call(name, input) {
      const answer = await fetch(`http://127.0.0.1:${host.port}/rpc/${encodeURIComponent(name)}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(input),
      })
      return (await answer.json()) as Reply<unknown>
    },
    async close() {
      await host.close()
      await uploads.close()
    },
  }
})
