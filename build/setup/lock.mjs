import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { remove } from './disk.mjs'
import { onEnd } from './interrupt.mjs'

const STALE_MS = 60_000
const HEARTBEAT_MS = 5_000
const POLL_MS = 100
const SILENT_MS = 1_000

/** Runs `work` while holding a lock file, so that two checkouts never build the shared cache at once. */
export async function withLock(context, path, work) {
  mkdirSync(dirname(path), { recursive: true })
  const started = Date.now()
  let hasSaid = false
  while (!take(path)) {
    if (isStale(path)) remove(path)
    else {
      const isLong = Date.now() - started > SILENT_MS
      if (isLong && !hasSaid) context.progress.say(`Another set-up is at work in ${dirname(path)}; waiting for it.`)
      hasSaid ||= isLong
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }
  const release = () => remove(path)
  const removeCleanup = onEnd(release)
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS)
  try {
    return await work()
  } finally {
    clearInterval(heartbeat)
    removeCleanup()
    release()
  }
}

function take(path) {
  try {
    writeFileSync(path, JSON.stringify({ pid: process.pid, host: hostname() }), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function isStale(path) {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8') || '{}')
    if (holder.host === hostname() && holder.pid && !isAlive(holder.pid)) return true
    return Date.now() - statSync(path).mtimeMs > STALE_MS
  } catch {
    return false
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function touch(path) {
  try {
    utimesSync(path, new Date(), new Date())
  } catch {
    // Someone removed the lock: the work itself is safe to do twice, it ends in a rename.
  }
}
