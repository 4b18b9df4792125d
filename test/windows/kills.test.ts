import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { removeAll } from '../../src-main/base/disk/remove.ts'
import { isOtherProcess } from '../../src-main/base/is-other-process.ts'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { openStore } from '../../src-main/core/store/open.ts'
import { readPoints } from '../../src-main/core/store/points-repo.ts'
import { describeOnWindows, isWindows } from '../support/on-windows.ts'
import { CLI } from '../support/programs.ts'

/** In all, of both by turns; more with GRAFT_KILLS. */
const KILLS = Number(process.env['GRAFT_KILLS'] ?? 10)
const APP = fileURLToPath(new URL('../support/train-until-killed.ts', import.meta.url))
const EPOCHS = 40
const SPEC = {
  dataset: 'table',
  base: { architecture: 'mlp' },
  strategy: { type: 'fine-tuning' },
  epochs: EPOCHS,
  batchSize: 8,
  seed: 7,
}

const folder = mkdtempSync(join(tmpdir(), 'graft kills 猫-'))
const env = { ...process.env, GRAFT_USER_FOLDER: join(folder, 'user') }
const started: ChildProcess[] = []
afterAll(() => {
  for (const child of started) child.kill()
  removeAll(folder)
})

/** A workspace with the table that is learned. */
function workspaceOf(name: string): string {
  const rows = Array.from({ length: 400 }, (_, i) => `${i},${(i * 7) % 13},${i % 3 === 0 ? 'even' : 'odd'}`)
  writeFileSync(join(folder, 'table.csv'), ['a,b,label', ...rows].join('\r\n'))
  const workspace = join(folder, name)
  const args = ['dataset', 'import', join(folder, 'table.csv'), '--name', 'table', '--label', 'label']
  execFileSync(process.execPath, [CLI, ...args, '--workspace', workspace], { env, stdio: 'ignore' })
  return workspace
}

/** An app that trains, and what it has said. */
class Training {
  readonly process: ChildProcess
  readonly ended: Promise<unknown>
  trainer = 0
  recorded = 0
  end: { runId: string; status: string; reason: string | null } | null = null

  constructor(workspace: string) {
    const args = ['--disable-warning=ExperimentalWarning', APP, workspace, JSON.stringify(SPEC)]
    this.process = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
    this.ended = once(this.process, 'close')
    started.push(this.process)
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      const said = JSON.parse(line) as Partial<Pick<Training, 'trainer' | 'recorded'> & { status: string }>
      if (said.status === undefined) Object.assign(this, said)
      else this.end = said as Training['end']
    })
  }

  /** What it said last; null: it was killed before. */
  async outcome(): Promise<Training['end']> {
    await this.ended
    return this.end
  }
}

/** Every point of the loss and the run's state, as another process finds them; the file is looked through. */
function recordsOf(workspace: string): { integrity: unknown; steps: number[]; loss: number[] } {
  const { db, close } = openStore(workspace, { kind: 'test', now: new Date() })
  const integrity = Object.values(db.get<object>('PRAGMA integrity_check') ?? {})[0]
  const series = db.get<{ key: number }>("SELECT key FROM series WHERE name = 'train.loss'")
  const { step, value } = readPoints(db, series?.key ?? -1)
  close()
  return { integrity, steps: [...step], loss: [...value] }
}

const weightsOf = (workspace: string, runId: string): Buffer =>
  readFileSync(join(workspace, 'runs', runId, 'model', 'weights.safetensors'))

function kill(pid: number): void {
  if (isWindows) execFileSync('taskkill', ['/F', '/PID', String(pid)], { stdio: 'ignore' })
  else process.kill(pid, 'SIGKILL')
}

let whole: { loss: number[]; weights: Buffer }

describeOnWindows('a training that is killed', () => {
  beforeAll(async () => {
    const workspace = workspaceOf('whole')
    const training = new Training(workspace)
    expect(await training.outcome()).toMatchObject({ status: 'finished' })
    whole = { loss: recordsOf(workspace).loss, weights: weightsOf(workspace, training.end!.runId) }
  }, 300_000)

  it(
    `${KILLS} times, the trainer and the app by turns, loses nothing that was recorded`,
    { timeout: 60_000 + KILLS * 40_000 },
    async () => {
      const random = seededRandom(20, 'kills')
      const killed = { trainer: 0, app: 0 }
      let runs = 0
      let workspace = workspaceOf('run0')
      let before = 0
      while (killed.trainer + killed.app < KILLS) {
        const training = new Training(workspace)
        const hasGone = () => training.process.exitCode !== null || training.process.signalCode !== null
        await vi
          .waitUntil(() => hasGone() || (training.trainer > 0 && training.recorded > before), { timeout: 180_000 })
          .catch(() =>
            expect.unreachable(
              `nothing new after ${before} points: ${JSON.stringify({ killed, ...training, process: null })}`,
            ),
          )
        await sleep(random() * 400)
        const victim = (killed.trainer + killed.app) % 2 === 0 ? 'trainer' : 'app'
        if (!hasGone() && training.end === null) {
          const said = training.recorded
          kill(victim === 'trainer' ? training.trainer : training.process.pid!)
          const end = await training.outcome()
          if (end?.status !== 'finished') {
            killed[victim] += 1
            await vi.waitUntil(() => !isOtherProcess(training.trainer), { timeout: 10_000 })
            if (victim === 'trainer') {
              expect(end).toMatchObject({ status: 'interrupted', reason: expect.stringContaining('Resume') })
            }
            const { integrity, steps, loss } = recordsOf(workspace)
            expect(integrity).toBe('ok')
            expect(loss.length).toBeGreaterThanOrEqual(said)
            expect(loss).toEqual(whole.loss.slice(0, loss.length))
            expect(new Set(steps).size).toBe(steps.length)
            before = loss.length
            continue
          }
        }
        await training.ended
        expect(training.end).toMatchObject({ status: 'finished' })
        expect(recordsOf(workspace).loss).toEqual(whole.loss)
        expect(weightsOf(workspace, training.end!.runId).equals(whole.weights)).toBe(true)
        runs += 1
        before = 0
        workspace = workspaceOf(`run${runs}`)
      }
      console.log(`killed: ${JSON.stringify(killed)}; ${runs} runs ended meanwhile, each as the uninterrupted one`)
      const last = new Training(workspace)
      await last.ended
      expect(last.end).toMatchObject({ status: 'finished' })
      expect(weightsOf(workspace, last.end!.runId).equals(whole.weights)).toBe(true)
    },
  )
})
