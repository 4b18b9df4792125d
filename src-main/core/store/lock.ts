import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { removeFile } from '../../base/disk/remove.ts'
import { GraftError } from '../../contract/errors.ts'
import { writeFileAtomic } from '../../base/disk/write-file-atomic.ts'

/** Who works in a workspace. The proof is SQLite's file lock (database.ts); this file only says the name, and guards shared
 *  drives, where file locks do not always reach other computers. */
export interface Holder {
  readonly pid: number
  readonly host: string
  readonly kind: string
  readonly since: string
  /** Changes with every start of the computer; null where the system does not tell. */
  readonly boot: string | null
}

export const LOCK_FILE = 'workspace.lock'

export function newHolder(kind: string, now: Date): Holder {
  return { pid: process.pid, host: hostname(), kind, since: now.toISOString(), boot: bootId() }
}

export function readHolder(folder: string): Holder | null {
  try {
    const value = JSON.parse(readFileSync(join(folder, LOCK_FILE), 'utf8')) as Partial<Holder>
    if (typeof value.pid !== 'number' || typeof value.host !== 'string') return null
    return { kind: 'unknown', since: 'an unknown time', boot: null, ...value } as Holder
  } catch {
    return null
  }
}

/** Refuses a workspace that another computer holds: its process cannot be looked at from here. */
export function refuseOtherComputer(folder: string): void {
  const holder = readHolder(folder)
  if (holder !== null && holder.host !== hostname()) throw heldError(folder, holder)
}

export function writeHolder(folder: string, holder: Holder): void {
  writeFileAtomic(join(folder, LOCK_FILE), JSON.stringify(holder))
}

/** Takes the file away if it is still ours. */
export function removeHolder(folder: string, holder: Holder): void {
  const present = readHolder(folder)
  if (present?.pid === holder.pid && present.since === holder.since) removeFile(join(folder, LOCK_FILE))
}

export function heldError(folder: string, holder: Holder | null): GraftError {
  const elsewhere = holder !== null && holder.host !== hostname()
  const who =
    holder === null
      ? 'another program'
      : `Graft (${holder.kind}, process ${holder.pid}${elsewhere ? ` on ${holder.host}` : ''}) since ${holder.since}`
  return new GraftError(
    'E_WORKSPACE_HELD',
    `Expected a workspace that nobody else works in. Received: ${folder}, held by ${who}.`,
    {
      fix: elsewhere
        ? `Close it there. If Graft no longer runs on ${holder.host}, delete ${join(folder, LOCK_FILE)}.`
        : 'Close the other window or wait until the other command has ended, then try again.',
      details: { folder, ...(holder === null ? {} : { holder: { ...holder } }) },
    },
  )
}

function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return null
  }
}
