import { setTimeout as later } from 'node:timers/promises'

/** What Windows answers while another program (a virus scanner, a search index, an editor, a process that is just ending) has a file open,
 *  or something in a folder. */
const HELD: ReadonlySet<unknown> = new Set(['EBUSY', 'EPERM', 'EACCES', 'ENOTEMPTY'])
/** Two and a half seconds in all: scanners let go within one. */
const WAITS_MS = [10, 20, 40, 80, 160, 320, 640, 1280] as const

export interface Waiting {
  /** Default: this computer's. */
  readonly platform?: NodeJS.Platform
  readonly wait?: (milliseconds: number) => void
}

/** Does something with a file once nobody holds it: on Windows it is tried again for a while. Other systems let files go that are in use;
 *  there the same errors mean what they say, and are thrown at once. */
export function untilFree<T>(work: () => T, { platform = process.platform, wait = sleep }: Waiting = {}): T {
  for (const milliseconds of platform === 'win32' ? WAITS_MS : []) {
    try {
      return work()
    } catch (error) {
      if (!isHeld(error)) throw error
      wait(milliseconds)
    }
  }
  return work()
}

/** The same for what must not stop the process meanwhile. */
export async function laterWhenFree<T>(
  work: () => Promise<T>,
  { platform = process.platform }: Pick<Waiting, 'platform'> = {},
): Promise<T> {
  for (const milliseconds of platform === 'win32' ? WAITS_MS : []) {
    try {
      return await work()
    } catch (error) {
      if (!isHeld(error)) throw error
      await later(milliseconds)
    }
  }
  return work()
}

function isHeld(error: unknown): boolean {
  return error instanceof Error && 'code' in error && HELD.has(error.code)
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
