import type { ExhibitInput } from '../../../../contract/exhibits.ts'
import type { Learner } from '../../../engine/run/learner.ts'
import type { StagedRun } from '../../../engine/run/staged-run.ts'
import { comparedSplit } from './compare-alone.ts'
import { taskMetric } from './sharing-comparison.ts'

/** A table of all tasks with their scores and how many labels each had. */
export async function tasksExhibit(
  run: StagedRun,
  learner: Learner,
  isAuxiliary: readonly boolean[],
): Promise<ExhibitInput> {
  const { data, heads } = learner
  const split = comparedSplit(data)
  const metrics = await run.evaluate(learner, split)
  const metricOf = (h: number, name: string) =>
    (heads.length === 1 ? metrics[name] : metrics[`${heads[h]!.name}.${name}`]) ?? null
  const labelled = (h: number) => data.rows.train.filter((row) => !Number.isNaN(data.targets[h]![row]!)).length
  const hasTags = heads.some(({ type }) => type === 'tags')
  const rows = heads.map((head, h) => {
    const metric = taskMetric(head)
    const value = metricOf(h, metric)
    const role = isAuxiliary[h] ? 'auxiliary' : 'main'
    return [
      head.name,
      role,
      labelled(h),
      metric === 'accuracy' ? value : null,
      metric === 'rmse' ? value : null,
      ...(hasTags ? [metric === 'meanAveragePrecision' ? value : null] : []),
    ]
  })
  const partly = heads.filter((_, h) => labelled(h) < data.rows.train.length).map(({ name }) => name)
  const masked =
    partly.length === 0
      ? 'Every training sample has all labels.'
      : `Labels of ${partly.join(', ')} are missing on some training samples; there the task is left out of the loss.`
  return {
    id: 'tasks',
    kind: 'table',
    title: 'Tasks',
    words: `Scores on the ${split} split, each task by its own labels. ${masked}`,
    columns: [
      { label: 'Task' },
      { label: 'Role' },
      { label: 'Labels', format: 'count' },
      { label: 'Accuracy', format: 'percent' },
      { label: 'RMSE', format: 'number' },
      ...(hasTags ? [{ label: 'Mean AP', format: 'percent' as const }] : []),
    ],
    rows,
  }
}
