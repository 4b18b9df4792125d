import { accessSync, constants, copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { GraftError } from '../../contract/errors.ts'
import { type Db, openDatabase, sqliteCode } from './database.ts'
import { heldError, newHolder, readHolder, refuseOtherComputer, removeHolder, writeHolder } from './lock.ts'
import { migrate, MIGRATIONS_FOLDER } from './migrate.ts'

export const STORE_FILE = 'graft.sqlite'

export interface StoreOptions {
  /** Which kind of host opens it, for whoever finds it held. */
  readonly kind: string
  readonly now: Date
  readonly migrations?: string
  /** Its pages have just been read through (check-store.ts). */
  readonly isWhole?: boolean
}

export interface Store {
  readonly db: Db
  /** Made before a migration; null: none was needed. */
  readonly backup: string | null
  close(): void
}

/** Opens the workspace's records for this process alone. Errors: E_WORKSPACE_HELD, E_STORE_CORRUPT, E_STORE_NEWER,
 *  E_WORKSPACE_PATH. */
export function openStore(folder: string, options: StoreOptions): Store {
  refuseOtherComputer(folder)
  const backups = join(folder, 'backups')
  const db = openFile(folder, backups, options.now)
  const holder = newHolder(options.kind, options.now)
  try {
    if (options.isWhole !== true) checkPages(db, folder, backups, options.now)
    const backup = migrate(db, backups, options.now, options.migrations ?? MIGRATIONS_FOLDER)
    writeHolder(folder, holder)
    return {
      db,
      backup,
      close: () => {
        db.close()
        removeHolder(folder, holder)
      },
    }
  } catch (error) {
    db.close()
    throw readable(error, folder, backups, options.now)
  }
}

function openFile(folder: string, backups: string, now: Date): Db {
  try {
    return openDatabase(join(folder, STORE_FILE))
  } catch (error) {
    throw readable(error, folder, backups, now)
  }
}

function checkPages(db: Db, folder: string, backups: string, now: Date): void {
  const answer = db.get<{ quick_check: string }>('PRAGMA quick_check(1)')?.quick_check
  if (answer !== 'ok') throw corruptError(folder, backups, now, answer ?? 'no answer')
}

function readable(error: unknown, folder: string, backups: string, now: Date): unknown {
  const code = sqliteCode(error)
  if (code === null) return error
  if (code.startsWith('SQLITE_BUSY')) return heldError(folder, readHolder(folder))
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return corruptError(folder, backups, now, (error as Error).message)
  }
  // Where no file can be made, SQLite's own memory file cannot be made either: it calls that a failure of the disk.
  const isReadOnly = code.startsWith('SQLITE_IOERR') && !isWritable(folder)
  if (isReadOnly || /^SQLITE_(CANTOPEN|READONLY|PERM|AUTH)/.test(code)) {
    return new GraftError('E_WORKSPACE_PATH', `Expected a folder that can be written to. Received: ${folder}.`, {
      fix: 'Choose another folder, or change its permissions.',
      cause: error,
    })
  }
  return error
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Nothing is repaired in place: the damaged file is kept, and the message says what there is to go back to. */
function corruptError(folder: string, backups: string, now: Date, why: string): GraftError {
  const kept = join(backups, `damaged-${now.toISOString().replaceAll(/[:.]/g, '-')}.sqlite`)
  mkdirSync(backups, { recursive: true })
  copyFileSync(join(folder, STORE_FILE), kept)
  const newest = newestBackup(backups)
  return new GraftError(
    'E_STORE_CORRUPT',
    `Expected the records of a workspace in ${join(folder, STORE_FILE)}. Received a damaged file (${why}). A copy was kept at ${kept}.`,
    {
      fix:
        newest === null
          ? `There is no earlier backup in ${backups}. Move ${STORE_FILE} away to start the workspace anew: models, exports and files of datasets stay in their folders.`
          : `Replace ${STORE_FILE} by the newest backup: ${newest}.`,
      details: { kept, backup: newest },
    },
  )
}

function newestBackup(backups: string): string | null {
  const names = readdirSync(backups).filter((name) => /^graft-.*\.sqlite$/.test(name))
  const stamp = (name: string): string => name.replace(/^graft-schema\d+-/, '')
  const newest = names.sort((a, b) => (stamp(a) < stamp(b) ? -1 : 1)).at(-1)
  return newest === undefined ? null : join(backups, newest)
}
