import type { Learner } from '../../engine/run/learner.ts'
import type { SplitName } from '../../engine/data/training-data.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { classHistogram } from '../common/pseudo-labels/select-pseudo-labels.ts'
import type { LabelledRows } from './best-split.ts'
import { countLeaves, type DecisionTree, majority } from '../../trees/decision-tree.ts'
import { growTree } from './grow-tree.ts'
import { pruneOn } from './prune-tree.ts'
import { rulesText } from '../../trees/tree-rules.ts'
import { treeExhibit } from './tree-exhibit.ts'
import { readTree } from '../../trees/tree-network.ts'
import { comparisonExhibit, type ComparedRows, treeWords } from './tree-report.ts'
import type { TreeSource } from './tree-source.ts'
import { topClasses, type TreeTeacher } from './tree-teacher.ts'
import type { BornAgainTreeValues } from './born-again-tree-params.ts'

/** A tree with what is found of how it came about. */
export interface GrownTree {
  readonly tree: DecisionTree
  /** Leaves before pruning. */
  readonly grown: number
  readonly alpha: number
  readonly outside: number
}

interface GrownFindings {
  readonly source: TreeSource
  readonly teacher: TreeTeacher
  readonly grown: GrownTree
  readonly learner: Learner
}

/** Trees larger than this are drawn and exported, but not printed as text. */
const MOST_PRINTED = 300

/** Shows the tree, its rules, and how it compares with trees on the raw data, its teacher and the majority class, on rows that none of them
 *  has seen. Records the tree's own figures. */
export async function showTree(run: StagedRun, values: BornAgainTreeValues, found: GrownFindings): Promise<void> {
  const { source, grown, learner } = found
  const { classes } = learner.heads[0]!
  const { coordinates } = source
  const { tree } = grown
  run.exhibit(treeExhibit(tree, { id: 'tree', title: 'The tree', words: treeWords(tree, grown), coordinates, classes }))
  if (countLeaves(tree) <= MOST_PRINTED) {
    const weights = run.weights(learner)
    const read = readTree(learner.model.network, (name) => weights.get(name)!.values)!
    const words = rulesText(read, coordinates, classes)
    run.exhibit({ kind: 'text', id: 'rules', title: 'The tree as rules', words })
  }
  const baselines = await rawTrees(run, values, found)
  const rows = await comparedRows(run, found)
  if (rows !== null) {
    const { outside } = grown
    run.exhibit(comparisonExhibit({ rows, tree, ...baselines, teacher: source.title, outside }))
  }
  const metrics = await run.evaluate(learner, 'validation')
  run.record(Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`validation.${name}`, value])))
}

/** Trees on the labelled training rows alone: of as many leaves, and as large as the validation split wants it. */
async function rawTrees(
  run: StagedRun,
  { maxDepth, minLeaf }: BornAgainTreeValues,
  { source, grown }: GrownFindings,
): Promise<{ sameSize: DecisionTree; pruned: DecisionTree | null }> {
  const rows = await labelledRows(run, source, 'train')
  const options = { classes: run.main.heads[0]!.classes.length, maxDepth, minLeaf }
  const afterSplit = () => run.throwIfInterrupted()
  const sameSize = await growTree(rows, { ...options, maxLeaves: countLeaves(grown.tree) }, { afterSplit })
  const validation = await labelledRows(run, source, 'validation')
  if (validation.y.length === 0) return { sameSize, pruned: null }
  const whole = await growTree(rows, { ...options, maxDepth: 60, maxLeaves: 2000 }, { afterSplit })
  return { sameSize, pruned: pruneOn(whole, validation).tree }
}

async function labelledRows({ main }: StagedRun, source: TreeSource, split: SplitName): Promise<LabelledRows> {
  const targets = main.data.targets[0]!
  const rows = main.data.rows[split].filter((row) => !Number.isNaN(targets[row]!))
  const x = await source.read(rows)
  return { width: source.coordinates.length, x, y: Int32Array.from(rows, (row) => targets[row]!) }
}

/** Held-out real rows: the test split, or the validation split where there is none; null: neither has rows. Never manufactured ones and never
 *  those of training: both would flatter the tree. */
async function comparedRows({ main }: StagedRun, { source, teacher }: GrownFindings): Promise<ComparedRows | null> {
  const { rows, targets } = main.data
  const split = (['test', 'validation'] as const).find((name) => rows[name].length > 0)
  if (split === undefined) return null
  const classes = main.heads[0]!.classes.length
  const x = await source.read(rows[split])
  const taught = topClasses(teacher.probabilities(x), classes)
  const truth = Float64Array.from(rows[split], (row) => targets[0]![row]!)
  const known = rows.train.map((row) => targets[0]![row]!).filter((label) => !Number.isNaN(label))
  return { split, x, truth, taught, majority: majority(classHistogram(known, classes)) }
}
