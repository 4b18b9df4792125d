import { readFileSync, writeFileSync } from 'node:fs'
import type { LabellingTask, Measured } from './task.ts'

export interface LabellingRow {
  readonly task: Omit<LabellingTask, 'file'>
  readonly graft: Measured
  /** scikit-learn and umap-learn; null: not measured. */
  readonly peers: Measured | null
}

const BEGIN = '<!-- bench:labelling -->'
const END = '<!-- /bench:labelling -->'

const WORK: readonly (readonly [string, string])[] = [
  ['fitted', 'first labels until converged'],
  ['afterLabel', 'one more label, with answers for all rows'],
  ['novelty', 'the 100 newest'],
  ['mixed', 'the 100 uncertain and spread out'],
  ['similar', 'the 100 most alike'],
  ['duplicates', 'near copies'],
  ['pca', 'map, PCA'],
  ['umap', 'map, UMAP'],
]

/** One line a kind of work, one column a size; a peer's figure stands in brackets. */
export function tableOf(rows: readonly LabellingRow[]): string {
  const heads = rows.map(({ task }) => `${task.rows.toLocaleString('en')} rows, ${task.classes} classes, ${task.labels.toLocaleString('en')} labels`) // prettier-ignore
  const lines = WORK.filter(([name]) => rows.some(({ graft }) => name in graft.figures)).map(([name, title]) => {
    return [title, ...rows.map(({ graft, peers }) => cell(graft.figures[name], peers?.figures[name], time))]
  })
  const memory = [
    'highest memory, without near copies and map',
    ...rows.map(({ graft, peers }) => cell(graft.megabytes, peers?.megabytes, megabytes)),
  ]
  const all = [['', ...heads], ['---', ...heads.map(() => '---')], ...lines, memory]
  return all.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

export function writeTable(file: string, rows: readonly LabellingRow[], facts: string): void {
  const text = readFileSync(file, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`Expected the lines ${BEGIN} and ${END} in ${file}.`)
  writeFileSync(file, `${text.slice(0, from)}${BEGIN}\n\n${facts}\n\n${tableOf(rows)}\n\n${text.slice(to)}`)
}

function cell(own: number | undefined, peer: number | undefined, told: (value: number) => string): string {
  if (own === undefined) return ''
  return peer === undefined ? told(own) : `${told(own)} (${told(peer)})`
}

const time = (ms: number) =>
  ms >= 10_000 ? `${(ms / 1000).toFixed(0)} s` : ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(0)} ms`
const megabytes = (value: number) => `${Math.round(value).toLocaleString('en')} MB`
