import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, inject, test } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { type DesktopApp, isAlive, processTree, startDesktop, trainersOf } from '../support/desktop-app.ts'
import { display } from './display.ts'
import { isFinished, lenet, must, openDigits, resultOf, startRun, waitForRun } from './drive.ts'
import { startTestApp } from './support.ts'

/** How often each of both is killed; more with GRAFT_KILLS. */
const KILLS = Number(process.env['GRAFT_KILLS'] ?? 3)
const SPEC = lenet({ epochs: 16, labelLimit: 640 })
const PATIENCE = { timeout: 120_000 + KILLS * 60_000 }

let home: string
let wanted: Awaited<ReturnType<typeof resultOf>>

beforeAll(async () => {
  const desktop = await startDesktop(inject('stage'), display)
  home = desktop.home
  const workspace = await openDigits(desktop)
  const whole = await startRun(desktop, SPEC)
  await waitForRun(desktop, whole, isFinished)
  wanted = await resultOf(desktop, workspace, whole)
  await desktop.close()
})

/** The killed runs, one after the other, and what has become of them. */
class Victims {
  readonly random = seededRandom(20, 'kills')
  kills = 0
  runs = 0
  private runId: string | null = null
  private before = 0

  /** A run that trains, with something done since the last kill. */
  async underWay(desktop: DesktopApp): Promise<string> {
    if (this.runId === null) {
      this.runId = await startRun(desktop, { ...SPEC, name: `victim ${this.runs + 1}` })
      this.before = 0
    }
    const run = await waitForRun(desktop, this.runId, ({ status, progress }) => {
      return status === 'finished' || (status === 'running' && progress > this.before)
    })
    // Near its end it would be over before the kill.
    if (run.progress > 0.75) {
      await this.check(desktop)
      return this.underWay(desktop)
    }
    await sleep(this.random() * 700)
    return this.runId
  }

  /** It was killed: says what was seen, and goes on. */
  async goOn(desktop: DesktopApp, reason: RegExp): Promise<void> {
    const run = await waitForRun(desktop, this.runId as string, ({ status }) => status === 'interrupted')
    expect(run.reason).toMatch(reason)
    this.kills += 1
    this.before = run.progress
    await must(desktop, 'runs.resume', { runId: run.id })
  }

  /** Lets the run end, and compares it with the one that nobody has killed. */
  async check(desktop: DesktopApp): Promise<void> {
    const runId = this.runId as string
    await waitForRun(desktop, runId, isFinished)
    const { path } = await must<{ path: string }>(desktop, 'workspace.state')
    expect(await resultOf(desktop, path, runId)).toEqual(wanted)
    this.runId = null
    this.runs += 1
  }

  tell(what: string): void {
    process.stdout.write(
      `${what} killed ${this.kills} times in ${this.runs} runs: every run ended as the uninterrupted one\n`,
    )
  }
}

test('the trainer is killed again and again: the run says so, and ends as if nothing had been', PATIENCE, async () => {
  const desktop = await startTestApp({ home })
  await openDigits(desktop)
  const victims = new Victims()
  while (victims.kills < KILLS) {
    await victims.underWay(desktop)
    const [trainer] = trainersOf(desktop)
    process.kill(trainer as number, 'SIGKILL')
    await victims.goOn(
      desktop,
      /^The trainer process ended before it had said how \(signal SIGKILL: ended from outside.*Resume goes on/s,
    )
  }
  await victims.check(desktop)
  victims.tell('the trainer')
})

test(
  'the app is killed again and again: its trainer goes by itself, and the run ends as if nothing had been',
  PATIENCE,
  async () => {
    const victims = new Victims()
    let desktop = await startTestApp({ home })
    await openDigits(desktop)
    while (victims.kills < KILLS) {
      await victims.underWay(desktop)
      const everything = processTree(desktop.pid).map(({ pid }) => pid)
      expect(trainersOf(desktop)).toHaveLength(1)
      process.kill(desktop.pid, 'SIGKILL')
      const left = (): number[] => everything.filter(isAlive)
      await expect.poll(left, { timeout: 10_000 }).toEqual([])
      desktop = await startTestApp({ home })
      await openDigits(desktop)
      await victims.goOn(desktop, /^Graft ended while this run was training\. Resume goes on/)
    }
    await victims.check(desktop)
    victims.tell('the app')
  },
)
