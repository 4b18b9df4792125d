import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writePage } from './page.ts'

const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url))
const FOLDER = join(DOCS, 'reproductions')

/** Figures of one part, by name. */
export type Figures = Readonly<Record<string, number | string | readonly number[]>>

export interface ClaimReport {
  /** A table: what was reached beside what was published. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** What was reached, whether it is what was claimed, and if not why. */
  readonly words: string
  readonly isReached: boolean
}

/** A claim of a paper that Graft repeats. */
export interface Claim {
  /** The name of its file under test/reproduce. */
  readonly name: string
  readonly title: string
  /** What was published, by whom, with which data; and where this repetition departs from it. */
  readonly published: string
  /** Everything that the figures depend on; parts that were computed with other settings are computed anew. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Computed one after the other, each kept as soon as it is there: a seed, or a row of the table. */
  readonly parts: readonly { readonly name: string; run(): Promise<Figures> }[]
  report(parts: Readonly<Record<string, Figures>>): ClaimReport
}

export interface RecordedClaim {
  readonly name: string
  readonly title: string
  readonly published: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly machine: string
  readonly date: string
  readonly parts: Record<string, { readonly seconds: number; readonly figures: Figures }>
  readonly report: ClaimReport | null
}

/** Computes what is missing of a claim, prints every part, and writes docs/reproductions/<name>.json and the page. With `--again` all of it
 *  is computed anew, with `--parts a,b` only those parts. */
export async function recordClaim(claim: Claim, args: readonly string[] = process.argv.slice(2)): Promise<void> {
  const known = args.includes('--again') ? null : readClaim(claim.name)
  const isSame = JSON.stringify(known?.settings) === JSON.stringify(claim.settings)
  const parts: RecordedClaim['parts'] = known !== null && isSame ? { ...known.parts } : {}
  const only = args[args.indexOf('--parts') + 1]?.split(',')
  const wanted = args.includes('--parts') ? claim.parts.filter(({ name }) => only?.includes(name)) : claim.parts
  say(`${claim.title}\n  published: ${claim.published}`)
  for (const { name, run } of wanted) {
    const done = parts[name]
    if (done === undefined) {
      const started = performance.now()
      const figures = await run()
      parts[name] = { seconds: Math.round((performance.now() - started) / 100) / 10, figures }
      write(claim, parts, null)
    }
    say(
      `  ${name}: ${JSON.stringify(parts[name]!.figures)} (${parts[name]!.seconds} s${done === undefined ? '' : ', kept'})`,
    )
  }
  const isWhole = claim.parts.every(({ name }) => parts[name] !== undefined)
  if (!isWhole) return say('  not all parts are there yet')
  const figures = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.figures]))
  const report = claim.report(figures)
  write(claim, parts, report)
  say(`  ${report.isReached ? 'reached' : 'NOT REACHED'}: ${report.words}`)
}

function write(claim: Claim, parts: RecordedClaim['parts'], report: ClaimReport | null): void {
  const { name, title, published, settings } = claim
  const machine = `${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB`
  const date = new Date().toISOString().slice(0, 10)
  const recorded: RecordedClaim = { name, title, published, settings, machine, date, parts, report }
  mkdirSync(FOLDER, { recursive: true })
  const path = join(FOLDER, `${name}.json`)
  writeFileSync(`${path}.partial`, `${JSON.stringify(recorded, null, 2)}\n`)
  renameSync(`${path}.partial`, path)
  writePage(join(DOCS, 'reproductions.md'), readClaims())
}

export function readClaim(name: string): RecordedClaim | null {
  const path = join(FOLDER, `${name}.json`)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as RecordedClaim) : null
}

/** The names of all claims that there are: their files. */
export function claimNames(): string[] {
  const files = readdirSync(fileURLToPath(new URL('../', import.meta.url))).filter((name) => name.endsWith('.ts'))
  return files.map((name) => name.slice(0, -'.ts'.length))
}

export function readClaims(): RecordedClaim[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
  return names.sort().map((name) => readClaim(name.slice(0, -'.json'.length))!)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
