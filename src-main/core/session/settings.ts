import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSamePath } from '../../base/disk/is-below.ts'
import { GraftError } from '../../contract/errors.ts'
import { writeFileAtomic } from '../../base/disk/write-file-atomic.ts'

export interface Recent {
  readonly path: string
  readonly name: string
  readonly openedAt: string
}

interface SettingsFile {
  readonly settings: Record<string, unknown>
  readonly recents: readonly Recent[]
}

const MAX_RECENTS = 20
const MAX_CHARACTERS = 4_000_000

/** What is kept per user, beside any workspace. The file is read anew each time: a second window may have written it. */
export interface Settings {
  all(): Record<string, unknown>
  /** null removes the key. */
  set(key: string, value: unknown): void
  recents(): readonly Recent[]
  remember(recent: Recent): void
  forget(path: string): void
}

export function createSettings(userFolder: string): Settings {
  const file = join(userFolder, 'settings.json')
  const read = (): SettingsFile => readSettings(file)
  const write = (content: SettingsFile): void => writeFileAtomic(file, `${JSON.stringify(content, null, 2)}\n`)
  return {
    all: () => read().settings,
    set(key, value) {
      const content = read()
      const others = Object.entries(content.settings).filter(([name]) => name !== key)
      const entries = value === null || value === undefined ? others : [...others, [key, value] as const]
      const next = { ...content, settings: Object.fromEntries(entries) }
      requireSmall(next)
      write(next)
    },
    recents: () => read().recents,
    remember(recent) {
      const content = read()
      const others = content.recents.filter((entry) => !isSamePath(entry.path, recent.path))
      write({ ...content, recents: [recent, ...others].slice(0, MAX_RECENTS) })
    },
    forget(path) {
      const content = read()
      write({ ...content, recents: content.recents.filter((entry) => !isSamePath(entry.path, path)) })
    },
  }
}

/** The file is read and written whole, each time. */
function requireSmall(content: SettingsFile): void {
  const { length } = JSON.stringify(content)
  if (length <= MAX_CHARACTERS) return
  throw new GraftError('E_INPUT', `Expected settings of at most ${MAX_CHARACTERS} characters. Received: ${length}.`, {
    fix: 'Remove settings that are no longer needed.',
  })
}

/** A damaged file costs the settings, never the start. */
function readSettings(file: string): SettingsFile {
  const empty: SettingsFile = { settings: {}, recents: [] }
  if (!existsSync(file)) return empty
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Partial<SettingsFile>
    const isRecent = (entry: Recent): boolean => typeof entry?.path === 'string' && typeof entry.openedAt === 'string'
    return {
      settings: typeof content.settings === 'object' && content.settings !== null ? content.settings : {},
      recents: Array.isArray(content.recents) ? content.recents.filter(isRecent) : [],
    }
  } catch {
    return empty
  }
}
