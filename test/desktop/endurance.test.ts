import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { type DesktopApp, processTree, trainersOf } from '../support/desktop-app.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'
import { writableFolder } from '../support/stage-electron.ts'
import { importFrom, isFinished, lenet, must, openDigits, startRun, waitForRun } from './drive.ts'
import { startTestApp } from './support.ts'

/** How many imports and how many trainings; all of them with GRAFT_ENDURANCE=30. */
const TIMES = Number(process.env['GRAFT_ENDURANCE'] ?? 10)
const MEGABYTE = 2 ** 20

interface Load {
  /** Of the main process. */
  readonly memory: number
  readonly heap: number
  readonly files: number
  readonly processes: number
}

async function load(desktop: DesktopApp): Promise<Load> {
  const memory = await desktop.app.evaluate(() => process.memoryUsage())
  return {
    memory: Math.round(memory.rss / MEGABYTE),
    heap: Math.round(memory.heapUsed / MEGABYTE),
    files: readdirSync(`/proc/${desktop.pid}/fd`).length,
    processes: processTree(desktop.pid).length,
  }
}

test(
  `${TIMES} imports and ${TIMES} trainings in a row: none dies, and nothing is left of them`,
  { timeout: 60_000 + TIMES * 20_000 },
  async () => {
    const photos = join(writableFolder(inject('stage'), 'photos'), 'photos')
    await makePhotoFolder(photos, { perClass: 5, side: 120, size: 48, seed: 3 })
    const desktop = await startTestApp()
    await openDigits(desktop)
    const base = { architecture: 'lenet', inputSize: 32, channels: 3 as const }
    const train = async (dataset: string): Promise<void> => {
      const runId = await startRun(desktop, lenet({ dataset, base, epochs: 1, batchSize: 16 }))
      await waitForRun(desktop, runId, isFinished)
    }
    // The first of each brings what stays: compiled code, the page's own parts.
    await importFrom(desktop, photos, 'first')
    await train('first')
    const before = await load(desktop)
    for (let i = 1; i <= TIMES; i++) {
      await importFrom(desktop, photos, `photos ${i}`)
      await train(`photos ${i}`)
    }
    await expect.poll(() => trainersOf(desktop), { timeout: 10_000 }).toEqual([])
    const after = await load(desktop)
    const change = (name: keyof Load): string => `${name} ${before[name]} -> ${after[name]}`
    process.stdout.write(
      `${TIMES} imports, ${TIMES} trainings, 0 deaths; ${change('memory')} MB, ${change('heap')} MB, ${change('files')}, ${change('processes')}\n`,
    )
    const { failures } = await must<{ failures: unknown[] }>(desktop, 'failures.list')
    expect(failures).toEqual([])
    expect(after.processes).toBe(before.processes)
    expect(after.files - before.files).toBeLessThanOrEqual(5)
    expect(after.memory - before.memory).toBeLessThan(50 + 4 * TIMES)
    expect(desktop.said.filter((line) => /console|page error/.test(line))).toEqual([])
  },
)
