import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { readPoints } from '../../src-main/core/store/points-repo.ts'
import { openStore } from '../../src-main/core/store/open.ts'

const WRITER = fileURLToPath(new URL('../support/write-until-killed.ts', import.meta.url))
const KILLS = 50

/** Writes until killed at some moment after its first word; answers the last count it had said. */
async function writeAndKill(folder: string, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [WRITER, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  child.kill('SIGKILL')
  await once(child, 'close')
  const lines = said.split('\n').slice(0, -1)
  expect(lines.length).toBeGreaterThan(0)
  return Number(lines.at(-1))
}

it(`loses nothing that was recorded, killed ${KILLS} times while it writes`, { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft-kill-'))
  const random = seededRandom(50)
  let before = 0
  for (let cycle = 0; cycle < KILLS; cycle++) {
    const recorded = await writeAndKill(folder, random() * 40)
    const { db, close } = openStore(folder, { kind: 'test', now: new Date() })
    const points = readPoints(db, db.get<{ key: number }>('SELECT key FROM series')?.key ?? -1)
    close()
    expect(recorded).toBeGreaterThan(before)
    expect(points.value.length).toBeGreaterThanOrEqual(recorded)
    expect(points.value.every((value, i) => value === i * 3 && points.step[i] === i)).toBe(true)
    before = recorded
  }
  rmSync(folder, { recursive: true })
})
