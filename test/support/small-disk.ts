import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/** A file system of its own at `folder`, so small that it fills up; null: it is there, else why it cannot be. */
export function mountSmall(folder: string, kilobytes: number): string | null {
  if (process.platform !== 'linux') return 'tmpfs is Linux’s'
  mkdirSync(folder, { recursive: true })
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder])
  return status === 0 ? null : `a small disk cannot be mounted here: ${String(error ?? stderr).trim()}`
}

export function unmountSmall(folder: string): void {
  spawnSync('umount', [folder])
}

/** @throws Error where the system refuses */
export function resizeSmall(folder: string, kilobytes: number): void {
  const { status, stderr } = spawnSync('mount', ['-o', `remount,size=${kilobytes}k`, folder])
  if (status !== 0) throw new Error(String(stderr))
}
