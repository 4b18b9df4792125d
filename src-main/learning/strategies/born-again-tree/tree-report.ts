import { percent } from '../../../base/percent.ts'
import type { ExhibitInput } from '../../../contract/exhibits.ts'
import { countLeaves, type DecisionTree, predictClasses, treeDepth } from '../../trees/decision-tree.ts'

/** Rows that models are compared on, with the teacher's classes. */
export interface ComparedRows {
  readonly split: 'test' | 'validation'
  /** (n * width) */
  readonly x: Float32Array
  /** True classes; NaN: unlabelled. */
  readonly truth: Float64Array
  readonly taught: Int32Array
  readonly majority: number
}

export interface TreeFigures {
  readonly accuracy: number | null
  /** Agreement with the teacher. */
  readonly fidelity: number
}

export function figuresOf(predicted: Int32Array, { truth, taught }: ComparedRows): TreeFigures {
  let [labelled, right, agreed] = [0, 0, 0]
  predicted.forEach((c, i) => {
    if (c === taught[i]) agreed += 1
    if (Number.isNaN(truth[i])) return
    labelled += 1
    if (c === truth[i]) right += 1
  })
  return { accuracy: labelled === 0 ? null : right / labelled, fidelity: agreed / predicted.length }
}

export interface TreeReport {
  readonly rows: ComparedRows
  readonly tree: DecisionTree
  /** CART on the labelled training rows: of as many leaves at most, and of the size that the validation split chose (null: there is none). */
  readonly sameSize: DecisionTree
  readonly pruned: DecisionTree | null
  readonly teacher: string
  /** Share of manufactured rows that lie outside of the data. */
  readonly outside: number
}

/** Beyond this most of what the teacher was asked is unlike the data. */
const MUCH_OUTSIDE = 0.5

/** The tree beside trees on the raw data, its teacher and the majority class. */
export function comparisonExhibit(report: TreeReport): ExhibitInput {
  const { rows, tree, sameSize, pruned, teacher } = report
  const own = figuresOf(predictClasses(tree, rows.x), rows)
  const row = (name: string, { accuracy, fidelity }: TreeFigures, of: DecisionTree | null) => {
    return [name, accuracy, fidelity, of === null ? null : countLeaves(of), of === null ? null : treeDepth(of)]
  }
  const tree1 = figuresOf(predictClasses(sameSize, rows.x), rows)
  const constant = rows.taught.map(() => rows.majority)
  return {
    kind: 'table',
    id: 'born-again',
    title: 'The tree beside its teacher',
    words: [...verdict(own, tree1, report), ...domainWords(report)].join(' '),
    level: report.outside > MUCH_OUTSIDE || isWorse(own, tree1) ? 'warn' : 'info',
    columns: [
      { label: 'Model' },
      { label: `Accuracy (${rows.split})`, format: 'percent', better: 'higher' },
      { label: `Fidelity (${rows.split})`, format: 'percent', better: 'higher' },
      { label: 'Leaves', format: 'count' },
      { label: 'Depth', format: 'count' },
    ],
    rows: [
      row('born-again tree', own, tree),
      row('tree on the labels, as many leaves', tree1, sameSize),
      ...(pruned === null
        ? []
        : [row('tree on the labels, pruned on validation', figuresOf(predictClasses(pruned, rows.x), rows), pruned)]),
      row(`teacher: ${teacher}`, figuresOf(rows.taught, rows), null),
      row('majority class', figuresOf(constant, rows), null),
    ],
    own: 0,
  }
}

function isWorse(own: TreeFigures, baseline: TreeFigures): boolean {
  return own.accuracy !== null && baseline.accuracy !== null && own.accuracy < baseline.accuracy
}

function verdict(own: TreeFigures, baseline: TreeFigures, { rows, tree, sameSize }: TreeReport): string[] {
  const count = `${rows.taught.length} ${rows.split} rows`
  const said = `The tree of ${countLeaves(tree)} leaves says what its teacher says on ${percent(own.fidelity)} of ${count} (fidelity), which neither has seen.`
  if (own.accuracy === null) return [said]
  const other = `a tree of ${countLeaves(sameSize)} leaves on the labels alone on ${percent(baseline.accuracy)}`
  return [said, `It is right on ${percent(own.accuracy)}, ${other}.`]
}

function domainWords({ outside }: TreeReport): string[] {
  if (outside <= MUCH_OUTSIDE) return []
  return [
    `${percent(outside)} of the manufactured rows lie further from the data than real rows do: columns that go together were torn apart, and the tree spends leaves on rows that do not occur. Lower the share of replaced columns.`,
  ]
}

/** What the drawn tree says under its title. */
export function treeWords(tree: DecisionTree, { grown, alpha }: { grown: number; alpha: number }): string {
  const pruned = grown > countLeaves(tree) ? `, pruned from ${grown} (cost-complexity ${alpha.toPrecision(2)})` : ''
  return `${countLeaves(tree)} leaves${pruned}, ${treeDepth(tree)} tests deep. Shares are those of manufactured rows as the teacher labels them; go left where the test holds.`
}
