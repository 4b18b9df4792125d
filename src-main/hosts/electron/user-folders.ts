import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app } from 'electron'
import { removeFile } from '../../base/disk/remove.ts'
import type { Question } from './message-box.ts'

/** A folder that cannot be written to, and the one that stands in for it in this session. */
export interface Replaced {
  readonly folder: string
  readonly by: string
  readonly why: string
}

/**
 * Graft's own folder, and Electron's: without the latter it would end with SIGTRAP and without a word. Before the lock is asked
 * for, which lies in there.
 */
export function writableUserFolders(user: string): { user: string; replaced: Replaced[] } {
  const own = writable(user, 'user')
  const electron = writable(electronFolder(), 'electron')
  if (electron.replaced !== null) app.setPath('userData', electron.folder)
  return { user: own.folder, replaced: [own.replaced, electron.replaced].filter((one) => one !== null) }
}

/** As Electron would choose it; asked for it, it makes it, or throws without saying which it was. */
function electronFolder(): string {
  try {
    return app.getPath('userData')
  } catch {
    return join(app.getPath('appData'), app.getName())
  }
}

/** What is said of them once there is a window. */
export function replacedQuestion(replaced: readonly Replaced[]): Question {
  const folders = replaced.map(({ folder, by, why }) => `${folder}\n${why}\nIn this session instead: ${by}`)
  const advice =
    'Settings, recent workspaces and samples of this session will not be there next time; workspaces in other folders are not affected. Correct the permissions, or free space on the disk, and start Graft again.'
  return {
    type: 'warning',
    message: 'Graft cannot write to its own folder.',
    detail: [...folders, advice].join('\n\n'),
    buttons: ['Go on', 'Quit'],
  }
}

function writable(folder: string, name: string): { folder: string; replaced: Replaced | null } {
  try {
    mkdirSync(folder, { recursive: true })
    // Asked by writing: permissions alone do not tell of a disk that is full or read-only.
    const probe = join(folder, `.writable-${process.pid}`)
    writeFileSync(probe, 'x')
    removeFile(probe)
    return { folder, replaced: null }
  } catch (error) {
    const by = mkdtempSync(join(tmpdir(), `graft-${name}-`))
    return { folder: by, replaced: { folder, by, why: error instanceof Error ? error.message : String(error) } }
  }
}
