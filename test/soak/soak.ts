import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomInt, seededRandom } from '../../src-main/base/seeded-random.ts'
import { soakApp } from './app.ts'
import { check } from './check.ts'
import { OPERATIONS } from './operations.ts'
import { type Counts, emptyCounts, type World } from './world.ts'

/** Room for some dozens of small runs; little enough to be filled in a moment. */
const DISK_MB = 400

export interface SoakOptions {
  readonly seed: number
  /** Ends after this time, or after so many operations. */
  readonly minutes?: number
  readonly operations?: number
  readonly say: (line: string) => void
}

/** Does random things to a real Graft and looks after each whether what must be there is there. Throws at the first loss, and keeps the
 *  folder; `seed` repeats what was done (not the moments at which it was done). */
export async function soak({ seed, minutes = Infinity, operations = Infinity, say }: SoakOptions): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'graft-soak-'))
  const workspaceDisk = join(folder, 'disk')
  mkdirSync(workspaceDisk)
  const disk = mountDisk(workspaceDisk)
  if (disk === null) say('The disk is never filled: only root can mount one of its own.')
  const workspace = join(workspaceDisk, 'workspace')
  const world: World = {
    app: soakApp(workspace, join(folder, 'user')),
    random: seededRandom(seed),
    sources: join(folder, 'sources'),
    workspace,
    datasets: new Map(),
    runs: new Map(),
    results: new Map(),
    counts: emptyCounts(),
    disk,
    serial: 0,
  }
  const end = Date.now() + minutes * 60_000
  try {
    await world.app.start()
    for (; Date.now() < end && world.counts.operations < operations; world.counts.operations++) await once(world, say)
    await OPERATIONS.find(({ name }) => name === 'let the queue end')?.run(world)
    await check(world)
    await world.app.interruptGroup()
  } catch (error) {
    await world.app.kill().catch(() => undefined)
    say(`Seed ${seed}; what was there is kept in ${folder}.`)
    throw error
  }
  disk?.unmount()
  rmSync(folder, { recursive: true, force: true })
  return world.counts
}

async function once(world: World, say: (line: string) => void): Promise<void> {
  const whole = OPERATIONS.reduce((sum, { weight }) => sum + weight, 0)
  let place = randomInt(world.random, whole)
  const operation = OPERATIONS.find(({ weight }) => (place -= weight) < 0)
  if (operation === undefined) throw new Error('No operation.')
  const said = await operation.run(world)
  say(`${world.counts.operations + 1}. ${operation.name}: ${said}`)
  await check(world)
}

/** A disk in memory for the workspace alone: nothing else may run full. */
function mountDisk(folder: string): (World['disk'] & { unmount(): void }) | null {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'graft-soak', folder])
  if (mounted.status !== 0) return null
  const filler = join(folder, 'filler')
  return {
    fill() {
      const file = openSync(filler, 'w')
      try {
        for (let bytes = 1 << 20; bytes >= 512;) {
          try {
            writeSync(file, Buffer.alloc(bytes))
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
            bytes >>= 1
          }
        }
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(filler, { force: true }),
    unmount: () => void spawnSync('umount', [folder]),
  }
}
