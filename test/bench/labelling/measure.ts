import { packNumbers } from '../../../src-main/base/packed-numbers.ts'
import type { LabelQuestion } from '../../../src-main/contract/label-questions.ts'
import { createLabeller } from '../../../src-main/learning/labelling/create-labeller.ts'
import { sharedOperations } from '../../../src-main/trainer/thread-pools.ts'
import { nativeRuntime } from '../../support/native-runtime.ts'
import { COLUMNS, readFeatures, writeFeatures } from './bench-features.ts'
import type { LabellingTask, Measured } from './task.ts'

/** One size, in a process of its own, whose peak of memory is then that of this size: `measure.ts TASK` prints Measured as JSON. */
const task = JSON.parse(process.argv[2]!) as LabellingTask
const { rows, classes, labels: labelled, file, rounds } = task
// As the process that holds a dataset's features has them.
const { tf } = nativeRuntime(new AbortController().signal, sharedOperations(2))
writeFeatures(tf, file, rows, classes)
const features = { rows, columns: COLUMNS, values: readFeatures(tf, file) }
const never = () => Promise.reject(new Error('a bench has no pictures'))
const parts = { featuresOf: never, pixels: never, onProgress: () => undefined, signal: new AbortController().signal }
const labeller = createLabeller(tf, { features, ...parts })
const labels = Int32Array.from({ length: rows }, (_, row) => (row < labelled ? row % classes : -1))
const figures: Record<string, number> = {}

async function timed(question: LabelQuestion): Promise<number> {
  const started = performance.now()
  await labeller.ask(question)
  return performance.now() - started
}

const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!

async function median(name: string, question: () => LabelQuestion): Promise<void> {
  const values: number[] = []
  for (let round = 0; round < rounds; round++) values.push(await timed(question()))
  figures[name] = middle(values)
}

const fit = () => ({ kind: 'fit', classes, labels: packNumbers(labels), budgetMs: 150, seed: 0 }) as const

const started = performance.now()
while (!(await labeller.ask(fit())).isConverged);
figures['fitted'] = performance.now() - started
let next = labelled
await median('afterLabel', () => {
  labels[next] = next % classes
  next += 1
  return fit()
})
const free = packNumbers(Int32Array.from([...labels.keys()].filter((row) => labels[row]! < 0)))
for (const by of ['novelty', 'mixed'] as const)
  await median(by, () => ({ kind: 'order', by, rows: free, labels: packNumbers(labels), count: 100, seed: 0 }))
await median('similar', () => ({ kind: 'similar', rows: [rows - 1], file: null, count: 100 }))
const withoutMap = process.resourceUsage().maxRSS / 1024
if (task.groups) {
  figures['duplicates'] = await timed({ kind: 'duplicates', similarity: 0.97, perceptual: null })
  const map = { kind: 'map', neighbours: 15, minDistance: 0.1, seed: 0 } as const
  figures['pca'] = await timed({ ...map, method: 'pca' })
  if (task.umap) figures['umap'] = await timed({ ...map, method: 'umap' })
}
const measured: Measured = { figures, megabytes: withoutMap, peak: process.resourceUsage().maxRSS / 1024 }
process.stdout.write(`@${JSON.stringify(measured)}\n`)
