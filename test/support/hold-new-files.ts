import { closeSync, constants, openSync, readdirSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A virus scanner, for the worse: opens every file of a folder that is new or has changed, shares it with nobody, and lets go of it after a while. */
const [folder = '', milliseconds = '100'] = process.argv.slice(2)
/** libuv's UV_FS_O_EXLOCK on Windows: CreateFile without any sharing. */
const ALONE = 0x10000000
const seen = new Set<string>()
writeSync(1, 'watching\n')
for (;;) {
  for (const path of filesIn(folder)) {
    try {
      const version = `${path} ${statSync(path).mtimeMs}`
      if (seen.has(version)) continue
      const file = openSync(path, constants.O_RDONLY | ALONE)
      seen.add(version)
      setTimeout(() => closeSync(file), Number(milliseconds))
    } catch {
      // Gone already, or somebody else's just now.
    }
  }
  await sleep(2)
}

function filesIn(at: string): string[] {
  try {
    const entries = readdirSync(at, { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  } catch {
    // A folder of it has just gone.
    return []
  }
}
