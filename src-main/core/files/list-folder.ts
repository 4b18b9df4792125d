import { existsSync, readdirSync, statSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { homedir, platform } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { GraftError } from '../../contract/errors.ts'
import type { FolderListing } from '../../contract/workspace.ts'

/** More than anybody scrolls through. */
const MAX_ENTRIES = 5000
const NAMES = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** A drive of another computer that is away keeps whoever looks at it waiting for half a minute: the list goes without it. */
const DRIVE_MS = 400

/** One folder for the in-app file picker: folders first, hidden files left out. */
export async function listFolder(path: string): Promise<FolderListing> {
  const root = resolve(path)
  const parent = dirname(root)
  const entries = entriesOf(root)
  return { path: root, parent: parent === root ? null : parent, places: [...places(), ...(await tops())], entries }
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
  ]
  return known.filter((place) => existsSync(place.path))
}

/** Where trees begin: on Windows a drive each, which no folder holds. */
async function tops(): Promise<FolderListing['places']> {
  return platform() === 'win32' ? drives() : [{ label: 'Computer', path: '/' }]
}

/** The drives that answer. A and B are floppy disks, which it would wake. */
export async function drives(
  isThere: (root: string) => Promise<unknown> = (root) => access(root),
): Promise<FolderListing['places']> {
  const letters = [...'CDEFGHIJKLMNOPQRSTUVWXYZ']
  const found = await Promise.all(
    letters.map((letter) => {
      const late = later(DRIVE_MS, false, { ref: false })
      const answer = isThere(`${letter}:\\`).then(
        () => true,
        () => false,
      )
      return Promise.race([answer, late])
    }),
  )
  return letters.filter((_, i) => found[i]).map((letter) => ({ label: `Drive ${letter}:`, path: `${letter}:\\` }))
}
