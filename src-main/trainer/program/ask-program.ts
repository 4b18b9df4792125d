import type { ProgramAnswer, ProgramJob } from '../../contract/trainer.ts'
import { commandsOf } from './commands.ts'
import { type Ended, runProcess } from './run-process.ts'

/** Loading a framework for the first time may take a minute. */
const LIMIT_MS = 300_000
const NO_PYTHON = 'there is no Python here (GRAFT_PYTHON, or python3 or python on the path)'

/** Runs the program beside an export, with the first runtime that has what it needs. */
export async function askProgram(job: ProgramJob, signal: AbortSignal): Promise<ProgramAnswer> {
  let reason = NO_PYTHON
  for (const { command, args } of commandsOf(job)) {
    const ended = await runProcess(command, args, { signal, limitMs: LIMIT_MS })
    signal.throwIfAborted()
    if (ended?.code === 0) return readAnswer(job, ended)
    if (ended !== null && reason === NO_PYTHON) reason = reasonOf(ended)
  }
  return { notRun: reason }
}

interface Entry {
  readonly path: string
  readonly error?: string
  readonly probabilities?: Readonly<Record<string, number>>
  readonly value?: number
  readonly heads?: Readonly<Record<string, Entry>>
}

function readAnswer({ heads }: ProgramJob, { stdout, stderr }: Ended): ProgramAnswer {
  const [, runtime, each] = /^(.+): ([\d.]+) ms an entry$/m.exec(stderr) ?? []
  const entries = entriesOf(stdout)
  if (runtime === undefined || entries === null) return { notRun: 'it did not print what it should' }
  const unread = entries.find(({ error }) => error !== undefined)
  if (unread !== undefined) return { notRun: `it could not read ${unread.path}: ${unread.error}` }
  const outputs = heads.map(({ name, classes, type }) =>
    entries.map((entry) => {
      const own = entry.heads?.[name] ?? entry
      // A class that it does not name is a difference, and shows as one: no number.
      return type === 'regression' ? [own.value ?? NaN] : classes.map((label) => own.probabilities?.[label] ?? NaN)
    }),
  )
  if (!outputs.flat(2).every(Number.isFinite)) return { notRun: 'it left out a class or a number' }
  return { outputs, runtime, msPerImage: Number(each) }
}

/** What it printed last is a JSON array; libraries may print before it. */
function entriesOf(stdout: string): Entry[] | null {
  for (const { index } of stdout.matchAll(/^\[/gm)) {
    try {
      return JSON.parse(stdout.slice(index)) as Entry[]
    } catch {
      // A line that only begins like one.
    }
  }
  return null
}

function reasonOf({ code, stderr }: Ended): string {
  const missing = /No module named '([^']+)'|Cannot find package '([^']+)'/.exec(stderr)
  if (missing !== null) return `its package ${missing[1] ?? missing[2]} is not installed here`
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const last =
    lines.findLast((line) => /^\s*[\w.]*(Error|Exception)\b/.test(line)) ?? lines.at(-1) ?? `exit code ${code}`
  return `it did not end well: ${last.trim().slice(0, 300)}`
}
