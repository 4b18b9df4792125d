import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { remove, rename } from './disk.mjs'

/**
 * A download that did not succeed. `kind` is `unreachable` (no answer), `refused` (an answer without the file),
 * `interrupted` (the part that came is kept; `done` and `total` are bytes, `total` 0 where unknown) or `wrong`
 * (`actual` is its SHA-256; nothing is kept).
 */
export class DownloadProblem extends Error {
  constructor(kind, message, { cause, ...facts } = {}) {
    super(message, { cause })
    this.name = 'DownloadProblem'
    this.kind = kind
    Object.assign(this, facts)
  }
}

/**
 * Downloads `url` to `file` over HTTP, going on from a part that an earlier, interrupted run left, and gives the file
 * its name only when its SHA-256 is right. `firstByteMs` limits the wait for the answer and `silenceMs` (when given) a
 * pause in its middle; nothing limits the whole transfer. `headers` are sent along; `sizeBytes` is what a server that does
 * not say the size is taken to send. A connection that breaks is made again for as long as each
 * one brings the part further. Errors of the disk come out as they are.
 */
export async function download(context, request) {
  const part = `${request.file}.part`
  mkdirSync(dirname(request.file), { recursive: true })
  let broken
  while (true) {
    try {
      await transfer(context, part, request)
      break
    } catch (error) {
      // A server that cannot be reached any more after it had begun to send: the same interruption, still.
      if (broken && error.kind === 'unreachable') throw broken
      if (error.kind !== 'interrupted' || error.done <= (broken?.done ?? 0)) throw error
      broken = error
      context.progress.say(`  ${error.message}; going on from there.`)
    }
  }
  const actual = await sha256OfFile(part)
  if (actual !== request.sha256) {
    remove(part)
    const message = `the downloaded file is not the expected one (SHA-256 ${actual}, expected ${request.sha256})`
    throw new DownloadProblem('wrong', message, { actual })
  }
  rename(part, request.file)
}

/** Adds what is missing to the part. */
async function transfer(context, part, request) {
  const { sha256, label, silenceMs, sizeBytes = 0 } = request
  const have = bytesOf(part)
  const controller = new AbortController()
  const response = await ask(context, request, { have, controller })
  // The server has nothing after our last byte: the part is whole (we were stopped just then), or it is of no use.
  if (response.status === 416) {
    if ((await sha256OfFile(part)) === sha256) return
    remove(part)
    return transfer(context, part, request)
  }
  const isContinued = response.status === 206
  const start = isContinued ? have : 0
  const length = Number(response.headers.get('content-length') ?? 0)
  const total = length > 0 ? start + length : 0
  const task = context.progress.task(label, total || sizeBytes)
  let done = start
  const silence = watchSilence(controller, silenceMs)
  const body = Readable.fromWeb(response.body).on('data', (chunk) => {
    silence.heard()
    task.update((done += chunk.length))
  })
  try {
    await pipeline(body, createWriteStream(part, { flags: isContinued ? 'a' : 'w' }))
  } catch (error) {
    task.end('interrupted')
    throw error.syscall && !controller.signal.aborted ? error : interruption(error, bytesOf(part), total)
  } finally {
    silence.end()
  }
  task.end()
}

/** The answer to a request for what comes after the first `have` bytes: 200, 206 or 416. */
async function ask(context, { url, headers: own, firstByteMs }, { have, controller }) {
  const timer = setTimeout(() => controller.abort(new Error(`no answer in ${firstByteMs / 1000} s`)), firstByteMs)
  try {
    // Uncompressed, since a range of a compressed answer is not a range of the file; for a range, fetch asks so itself.
    const wanted = have > 0 ? { range: `bytes=${have}-` } : { 'accept-encoding': 'identity' }
    const headers = { ...own, ...wanted }
    const response = await context.fetch(url, { headers, signal: controller.signal })
    if (response.ok) return response
    await response.body?.cancel()
    if (response.status === 416 && have > 0) return response
    throw new DownloadProblem('refused', `the server answered ${response.status}`)
  } catch (error) {
    if (error instanceof DownloadProblem) throw error
    const cause = error.cause ?? error
    // The codes of fetch itself say less than its words.
    const isKnown = cause.code && !/^UND_/.test(cause.code)
    throw new DownloadProblem('unreachable', isKnown ? cause.code : cause.message, { cause })
  } finally {
    clearTimeout(timer)
  }
}

/** Ends a transfer that has brought nothing for `limitMs`. */
function watchSilence(controller, limitMs) {
  if (!limitMs) return { heard: () => {}, end: () => {} }
  const stop = () => controller.abort(new Error(`the server sent nothing for ${limitMs / 1000} s`))
  let timer = setTimeout(stop, limitMs)
  const heard = () => {
    clearTimeout(timer)
    timer = setTimeout(stop, limitMs)
  }
  return { heard, end: () => clearTimeout(timer) }
}

function interruption(error, done, total) {
  const reason = error.cause?.message ?? error.message
  const of = total > 0 ? ` of ${megabytes(total)}` : ''
  const message = `the transfer broke off at ${megabytes(done)}${of} MB (${reason})`
  return new DownloadProblem('interrupted', message, { done, total, cause: error })
}

function megabytes(bytes) {
  return Math.round(bytes / (1024 * 1024))
}

function bytesOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

export async function sha256OfFile(file, onBytes = () => {}) {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    hash.update(chunk)
    onBytes(chunk.length)
  }
  return hash.digest('hex')
}
