import { existsSync, readdirSync, statSync } from 'node:fs'
import { homedir, platform } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { GraftError } from '../../contract/errors.ts'
import type { FolderListing } from '../../contract/workspace.ts'

/** More than anybody scrolls through. */
const MAX_ENTRIES = 5000
const NAMES = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** One folder for the in-app file picker: folders first, hidden files left out. */
export function listFolder(path: string): FolderListing {
  const root = resolve(path)
  const parent = dirname(root)
  return { path: root, parent: parent === root ? null : parent, places: places(), entries: entriesOf(root) }
}

function entriesOf(root: string): FolderListing['entries'] {
  const entries = readFolder(root).filter((name) => !name.startsWith('.'))
  return entries
    .slice(0, MAX_ENTRIES)
    .flatMap((name): FolderListing['entries'] => {
      const path = join(root, name)
      const facts = statOf(path)
      if (facts === null) return []
      return [
        { name, path, kind: facts.isDirectory() ? 'folder' : 'file', sizeBytes: facts.isDirectory() ? 0 : facts.size },
      ]
    })
    .sort((a, b) => (a.kind === b.kind ? NAMES.compare(a.name, b.name) : a.kind === 'folder' ? -1 : 1))
}

function readFolder(root: string): string[] {
  try {
    return readdirSync(root)
  } catch (error) {
    throw new GraftError('E_SOURCE_PATH', `Expected a folder that can be read. Received: ${root}.`, {
      fix: 'Choose another folder.',
      cause: error,
    })
  }
}

/** null: a broken link, or something that may not be looked at. */
function statOf(path: string) {
  try {
    return statSync(path)
  } catch {
    return null
  }
}

function places(): FolderListing['places'] {
  const home = homedir()
  const known = [
    { label: 'Home', path: home },
    ...['Desktop', 'Documents', 'Downloads', 'Pictures'].map((name) => ({ label: name, path: join(home, name) })),
    ...(platform() === 'win32' ? [] : [{ label: 'Computer', path: '/' }]),
  ]
  return known.filter((place) => existsSync(place.path))
}
