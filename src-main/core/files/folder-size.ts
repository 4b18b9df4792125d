import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Enough to say "about 1.2 GB" without walking a tree of a million files. */
const MAX_ENTRIES = 4000

/** Bytes of the files in a folder, as far as the first entries go; what cannot be read counts nothing. */
export function folderSize(root: string): number {
  let bytes = 0
  let left = MAX_ENTRIES
  const open = [root]
  for (let folder = open.pop(); folder !== undefined && left > 0; folder = open.pop()) {
    for (const entry of entriesOf(folder)) {
      left -= 1
      if (entry.isDirectory()) open.push(join(folder, entry.name))
      else if (entry.isFile()) bytes += statSync(join(folder, entry.name), { throwIfNoEntry: false })?.size ?? 0
    }
  }
  return bytes
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
