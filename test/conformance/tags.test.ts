import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Manifest } from '../../src-main/contract/trainer.ts'
import { ANY_HEADS } from '../../src-main/learning/strategies/strategy.ts'
import { strategies } from '../../src-main/learning/strategies/index.ts'
import { messagesOf, runToy, toyJob } from '../support/toy-run.ts'
import { withSigmoidLayers } from '../support/toy-sigmoid.ts'
import { withTags } from '../support/toy-tags.ts'

const TAKING = strategies.filter(({ heads }) => heads === ANY_HEADS).map(({ type }) => type)
const SPEC = { epochs: 12, labelSmoothing: 0.05, classWeights: 'balanced', augment: { mixup: 0.1 } } as const

async function jobOf(strategy: string) {
  const job = withTags(await toyJob({ strategy, trainedBlocks: ['block2'], spec: SPEC }))
  // A deep belief network is one of sigmoid layers.
  return strategy === 'deep-belief-network' ? withSigmoidLayers(job) : job
}

test('the strategies that take tags', () => {
  expect(TAKING).toEqual(expect.arrayContaining(['feature-extraction', 'fine-tuning', 'multi-task-hard']))
})

describe.each(TAKING)('%s with tags', (strategy) => {
  test('learns them, chooses thresholds and says the tags of every item', async () => {
    const job = await jobOf(strategy)
    const run = await runToy(job)
    expect(run.outcome).toBe('finished')
    const values = run.points.filter((point) => point.startsWith('test.meanAveragePrecision '))
    expect(Number(values.at(-1)?.split(' ')[2])).toBeGreaterThan(0.9)

    const [head] = JSON.parse(readFileSync(join(job.folder, 'model', 'heads.json'), 'utf8')) as Manifest['heads']
    expect(head).not.toHaveProperty('tagSets')
    expect(head?.thresholds).toHaveLength(3)
    for (const threshold of head!.thresholds!) expect(threshold > 0 && threshold < 1).toBe(true)

    const rows = messagesOf(run, 'predictions').flatMap((message) => (message.split === 'test' ? message.rows : []))
    expect(rows).toHaveLength(15)
    for (const { expected, predicted, scores } of rows) {
      expect([['top', 'upper'], ['middle', 'upper'], []]).toContainEqual(expected)
      const said = head!.classes.filter((_, tag) => scores![tag]! >= head!.thresholds![tag]!)
      expect(predicted).toEqual(said)
    }
    const right = rows.filter(({ expected, predicted }) => JSON.stringify(expected) === JSON.stringify(predicted))
    expect(right.length).toBeGreaterThan(10)
  })
})

test('a run that was paused in between goes on to the same values', async () => {
  const whole = await runToy(await jobOf('fine-tuning'))
  const job = await jobOf('fine-tuning')
  const first = await runToy(job, { action: 'pause', after: 30 })
  expect(first.outcome).toBe('paused')
  const second = await runToy({ ...job, resume: true })
  const last = (points: readonly string[]) => points.filter((point) => point.startsWith('validation.')).slice(-4)
  expect(last(second.points)).toEqual(last(whole.points))
})
