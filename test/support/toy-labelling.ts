import { readFileSync } from 'node:fs'
import { packNumbers, unpackInt32 } from '../../src-main/base/packed-numbers.ts'
import type { AnswerOf, LabelAnswer, LabelQuestion, QuestionOf } from '../../src-main/contract/label-questions.ts'
import { Manifest } from '../../src-main/contract/trainer.ts'
import { type FakeChild, finish } from './fake-trainer.ts'

/** Holds one feature an item, its row, and answers at once. */
export async function labelToy(child: FakeChild): Promise<void> {
  const items = toyReady(child)
  child.onAsk((id, question) => child.send({ type: 'answer', id, answer: toyAnswer(question, items) }))
  if ((await child.nextControl()) !== 'kill') finish(child, 'cancelled')
}

/** Says that the features are there; answers how many items there are. */
export function toyReady(child: FakeChild, unreadable: { row: number; reason: string }[] = []): number {
  if (child.job.kind !== 'label') throw new Error(`a ${child.job.kind} job holds no features`)
  const { length } = Manifest.parse(JSON.parse(readFileSync(child.job.manifest, 'utf8'))).items
  child.send({ type: 'progress', done: length, total: length, message: 'Computing features' })
  child.send({ type: 'ready-to-label', items: length, dimensions: 1, seconds: 0.1, hits: 0, unreadable })
  return length
}

/** The class of the nearest labelled row, the earlier one of two. */
export function toyFit({ labels: packed }: QuestionOf<'fit'>, items: number): AnswerOf<'fit'> {
  const labels = unpackInt32(packed)
  const labelled = [...labels.keys()].filter((row) => labels[row]! >= 0)
  const nearest = (row: number): number =>
    labelled.reduce((best, other) => (Math.abs(other - row) < Math.abs(best - row) ? other : best))
  const rows = Array.from({ length: items }, (_, row) => nearest(row))
  const confidence = Float32Array.from(rows, (near, row) => 1 / (1 + Math.abs(near - row) / items))
  return {
    kind: 'fit',
    labelled: labelled.length,
    classesInUse: new Set(labelled.map((row) => labels[row])).size,
    milliseconds: 1,
    isConverged: true,
    accuracy: null,
    reliability: null,
    best: packNumbers(Int16Array.from(rows, (near) => labels[near]!)),
    confidence: packNumbers(confidence),
    margin: packNumbers(confidence),
  }
}

export function toyAnswer(question: LabelQuestion, items: number): LabelAnswer {
  const scored = (rows: readonly number[]) => ({
    rows: packNumbers(Int32Array.from(rows)),
    scores: packNumbers(Float32Array.from(rows, (_, i) => 1 / (1 + i))),
  })
  const all = Array.from({ length: items }, (_, row) => row)
  switch (question.kind) {
    case 'fit':
      return toyFit(question, items)
    case 'order':
      return { kind: 'order', ...scored([...unpackInt32(question.rows)].slice(0, question.count)) }
    case 'similar':
      return { kind: 'similar', ...scored(all.slice(0, question.count)) }
    case 'duplicates':
      return { kind: 'duplicates', groups: [{ rows: [0, items - 1], similarity: 1 }] }
    case 'suspicious': {
      const labels = unpackInt32(question.labels)
      const found = all.filter((row) => labels[row] === 0).map((row) => ({ row, given: 0, suggested: 1, score: 0.9 }))
      const confused = [{ given: 0, suggested: 1, count: found.length, share: 1 }]
      return { kind: 'suspicious', examined: items, labels: found, confused, note: null }
    }
    case 'outliers':
      return { kind: 'outliers', ...scored(all.slice(0, question.count)) }
    case 'quality':
      return { kind: 'quality', faults: [{ row: 0, fault: 'blank', score: 1 }] }
    case 'stop-map':
      return { kind: 'stop-map' }
    case 'map':
      return { kind: 'map', points: packNumbers(new Float32Array(2 * items)), seconds: 0.1 }
    case 'stop-map':
      return { kind: 'stop-map' }
  }
}
