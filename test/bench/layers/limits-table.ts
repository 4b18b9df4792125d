import { readFileSync, writeFileSync } from 'node:fs'
import type { PrefixPrecision } from '../../../src-main/contract/prefix-precision.ts'
import { boundOf, groupLayers, keyOf, type LayerGroup, type Peak } from './group-layers.ts'
import type { Profile, Profiled } from './profile-layers.ts'

export interface Column {
  readonly name: Profiled
  readonly precision: PrefixPrecision
  readonly profile: Profile
}

/** A network as everyone who was measured computed it. */
export interface NetworkLimits {
  readonly title: string
  readonly columns: readonly Column[]
  /** Who could not be measured, and why. */
  readonly absent: readonly string[]
}

const NAMES: Readonly<Record<Profiled, string>> = { graft: 'Graft', torch: 'PyTorch', onnx: 'ONNX Runtime' }
const WIDTHS: Readonly<Record<PrefixPrecision, number>> = { float32: 4, bfloat16: 2, int8: 1 }
/** A row that takes less of everyone's time than this is part of the rest. */
const LEAST_SHARE = 0.01

/** A Markdown table: a row for all layers of a kind with maps of one size, a column for each way of computing them. Milliseconds are those of one core for
 *  an image. Behind Graft's stands what share of it the machine's peak would take, and which peak. */
export function limitsTable(
  { title, columns, absent }: NetworkLimits,
  peaks: ReadonlyMap<PrefixPrecision, Peak>,
): string {
  const grouped = columns.map((column) => {
    const groups = new Map(groupLayers(column.profile.layers).map((group) => [keyOf(group), group]))
    return { ...column, groups, peak: peaks.get(column.precision)! }
  })
  const keys = [...new Set(grouped.flatMap(({ groups }) => [...groups.keys()]))]
  const shown = keys.filter((key) => grouped.some((column) => shareOf(column, key) >= LEAST_SHARE))
  const rows = shown.map((key) => {
    const group = grouped.map(({ groups }) => groups.get(key)).find((each) => each !== undefined)!
    return [key, millions(group.operations), ...grouped.map((column) => cellOf(column, column.groups.get(key)))]
  })
  const rest = grouped.map(({ groups, profile }) => {
    const seen = shown.reduce((sum, key) => sum + (groups.get(key)?.milliseconds ?? 0), 0)
    return milliseconds(Math.max(0, profile.milliseconds - seen))
  })
  const all = grouped.map(({ profile }) => milliseconds(profile.milliseconds))
  const head = [title, 'million operations', ...columns.map(headOf)]
  const lines = [head, head.map(() => '---'), ...rows, ['the rest', '', ...rest], ['all', '', ...all]]
  const table = lines.map((cells) => `| ${cells.join(' | ')} |`)
  return [...table, ...(absent.length === 0 ? [] : ['', `Not in the table: ${absent.join('; ')}.`])].join('\n')
}

export function nameOf(name: Profiled): string {
  return NAMES[name]
}

function headOf({ name, precision, profile: { by } }: Column): string {
  return `${NAMES[name]}${by === undefined ? '' : ` (${by})`}, ${precision}`
}

type Grouped = Column & { readonly groups: ReadonlyMap<string, LayerGroup>; readonly peak: Peak }

/** Of what all operations took: on a busy machine the whole time says little. */
function shareOf({ groups }: Grouped, key: string): number {
  const all = [...groups.values()].reduce((sum, { milliseconds: each }) => sum + each, 0)
  return (groups.get(key)?.milliseconds ?? 0) / all
}

function cellOf({ name, precision, peak }: Grouped, group: LayerGroup | undefined): string {
  if (group === undefined) return ''
  if (name !== 'graft') return milliseconds(group.milliseconds)
  const { by, share, reason } = boundOf(group, peak, WIDTHS[precision])
  const why = reason === null ? '' : `: ${reason}`
  return `${milliseconds(group.milliseconds)} (${Math.round(100 * share)} % of ${by}${why})`
}

function millions(operations: number): string {
  return operations === 0 ? '' : (operations / 1e6).toFixed(1)
}

function milliseconds(value: number): string {
  return value >= 10 ? value.toFixed(1) : value >= 0.1 ? value.toFixed(2) : value.toFixed(3)
}

const BEGIN = '<!-- bench:layers -->'
const END = '<!-- /bench:layers -->'

/** Puts text between its markers into a Markdown file. */
export function writeLimits(file: string, text: string): void {
  const page = readFileSync(file, 'utf8')
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`Expected the lines ${BEGIN} and ${END} in ${file}.`)
  writeFileSync(file, `${page.slice(0, from)}${BEGIN}\n\n${text}\n\n${page.slice(to)}`)
}
