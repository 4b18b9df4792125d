import { limitLabels } from '../../engine/data/label-limit.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import type { TrainingData } from '../../engine/data/training-data.ts'

/** One head of the plan as a task. */
export interface Task {
  /** Place among the plan's heads. */
  readonly place: number
  readonly name: string
  /** The name in names of learners and stages. */
  readonly key: string
  readonly head: HeadInfo
  /** Labelled rows of the train split. */
  readonly rows: readonly number[]
  /** The few of them that every readout of this task sees. */
  readonly readoutRows: readonly number[]
  /** Labelled rows on which networks are compared and chosen, and on which the choice is then measured. */
  readonly chosenOn: readonly number[]
  readonly measuredOn: readonly number[]
}

/** The plan's heads as tasks. Every readout of a task gets the same rows, at most `readoutLabels` of them, drawn evenly over classes: budgets
 *  cannot differ. Where there is no labelled test item, the choice is measured on the validation items that it was made on. */
export function tasksOf(
  heads: readonly HeadInfo[],
  data: TrainingData,
  { readoutLabels, seed }: { readoutLabels: number; seed: number },
): Task[] {
  const keys = uniqueKeys(heads.map(({ name }) => name))
  return heads.map((head, place) => {
    const targets = data.targets[place]!
    const labelled = (rows: readonly number[]) => rows.filter((row) => !Number.isNaN(targets[row]!))
    const rows = labelled(data.rows.train)
    const isClassification = head.type === 'classification'
    const few = limitLabels(rows, { limit: readoutLabels, seed, targets, isClassification })
    const validation = labelled(data.rows.validation)
    const test = labelled(data.rows.test)
    return {
      place,
      name: head.name,
      key: keys[place]!,
      head,
      rows,
      readoutRows: few.labelled,
      chosenOn: validation.length > 0 ? validation : test,
      measuredOn: test.length > 0 ? test : validation,
    }
  })
}

/** Keys of what is no task. */
export const BASELINES = ['as-it-is', 'random-encoder', 'scratch'] as const

/** Letters, digits and dashes, each once. */
function uniqueKeys(names: readonly string[]): string[] {
  const taken = new Set<string>(BASELINES)
  return names.map((name) => {
    const plain = name.normalize('NFKD').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'task' // prettier-ignore
    let key = plain
    for (let number = 2; taken.has(key); number++) key = `${plain}-${number}`
    taken.add(key)
    return key
  })
}
