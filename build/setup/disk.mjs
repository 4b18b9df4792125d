import { renameSync, rmSync } from 'node:fs'

/** What Windows answers while another program (a virus scanner, a search index) has a file open, or something in a folder: as in
 *  src-main/base/disk/until-free.ts, which the Node that starts the set-up may be too old to read. */
const HELD = new Set(['EBUSY', 'EPERM', 'EACCES', 'ENOTEMPTY'])
const WAITS_MS = [10, 20, 40, 80, 160, 320, 640, 1280]

/** Renames a file or folder once nobody holds it. Throws what the system says where it stays held, and at once on other systems. */
export function rename(from, to, options) {
  untilFree(() => renameSync(from, to), options)
}

/** Removes a file, or a folder with everything in it, where there is one. */
export function remove(path, options) {
  untilFree(() => rmSync(path, { recursive: true, force: true }), options)
}

/** @param {{ platform?: NodeJS.Platform, wait?: (milliseconds: number) => void }} [options] */
export function untilFree(work, { platform = process.platform, wait = sleep } = {}) {
  for (const milliseconds of platform === 'win32' ? WAITS_MS : []) {
    try {
      return work()
    } catch (error) {
      if (!HELD.has(error.code)) throw error
      wait(milliseconds)
    }
  }
  return work()
}

function sleep(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
