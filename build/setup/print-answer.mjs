// Run under the pinned Node, which knows proxies: fetches the `{ url, headers }` on standard input and prints how the
// server answered, as one line of JSON, and then the body.
import { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'

const { url, headers } = await json(process.stdin)
const response = await fetch(url, { headers }).catch((error) => ({ failure: error.cause?.code ?? error.message }))
const { failure, status } = response
const head = failure ? { failure } : { status, headers: Object.fromEntries(response.headers) }
process.stdout.write(`${JSON.stringify(head)}\n`)
try {
  if (response.body) await pipeline(Readable.fromWeb(response.body), process.stdout)
} catch {
  process.exitCode = 1
}
