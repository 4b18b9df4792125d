import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/**
 * Downloads `url` to `file` over HTTP, going on from a part that an earlier, interrupted run left, and gives the file
 * its name only when its SHA-256 is right. `firstByteMs` limits the wait for the answer, not the transfer.
 */
export async function download(context, { url, file, sha256, label, firstByteMs }) {
  const part = `${file}.part`
  mkdirSync(dirname(file), { recursive: true })
  const have = existsSync(part) ? statSync(part).size : 0
  const response = await ask(context, url, have, firstByteMs)
  const isContinued = response.status === 206
  if (!response.ok) throw new Error(`the server answered ${response.status}`)
  const start = isContinued ? have : 0
  const total = start + Number(response.headers.get('content-length') ?? 0)
  const task = context.progress.task(label, total)
  let done = start
  const body = Readable.fromWeb(response.body).on('data', (chunk) => task.update((done += chunk.length)))
  await pipeline(body, createWriteStream(part, { flags: isContinued ? 'a' : 'w' }))
  task.end()
  const actual = await sha256OfFile(part)
  if (actual !== sha256) {
    rmSync(part, { force: true })
    throw new Error(`the downloaded file is not the expected one (SHA-256 ${actual}, expected ${sha256})`)
  }
  renameSync(part, file)
}

async function ask(context, url, have, firstByteMs) {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new Error(`no answer in ${firstByteMs / 1000} s`)), firstByteMs)
  try {
    const headers = have > 0 ? { range: `bytes=${have}-` } : {}
    const response = await context.fetch(url, { headers, signal: controller.signal })
    // 416: the part is already whole, or longer than the file; either way the hash decides after a fresh start.
    return response.status === 416 ? await context.fetch(url, { signal: controller.signal }) : response
  } finally {
    clearTimeout(timer)
  }
}

export async function sha256OfFile(file, onBytes = () => {}) {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    hash.update(chunk)
    onBytes(chunk.length)
  }
  return hash.digest('hex')
}
