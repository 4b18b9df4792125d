import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { StudySpecInput } from '../../../../src-main/contract/studies.ts'
import type { TrainJob } from '../../../../src-main/contract/trainer.ts'
import { openDatabase } from '../../../../src-main/core/store/database.ts'
import { finish, type FakeChild } from '../../../support/fake-trainer.ts'
import { kindOf, TOY_STUDY, trainTo } from '../../../support/study-scripts.ts'
import {
  importToyDataset,
  openToyWorkspace,
  type TestWorkbench,
  testWorkbench,
} from '../../../support/test-workbench.ts'
import { importToy, sendEpochs, sendResults, trainUntilTold } from '../../../support/toy-scripts.ts'

let test: TestWorkbench
beforeEach(async () => {
  test = testWorkbench()
  await openToyWorkspace(test)
})
afterEach(() => test.close())

const SPREAD: Record<number, number> = { 1: 0.01, 2: -0.01, 3: 0.005 }
const LEVEL = { probe: 0.7, tuned: 0.8, scratch: 0.5 }
const usual = (job: TrainJob): number => LEVEL[kindOf(job)] + (SPREAD[job.spec.seed] ?? 0)
const study = (more: object = {}): StudySpecInput => ({ ...structuredClone(TOY_STUDY), ...more }) as never

/** The toy pictures, but others to look at. */
function importOtherPictures(child: FakeChild): void {
  const send: FakeChild['send'] = (message) => {
    if (message.type !== 'items') return child.send(message)
    const items = message.items.map((item) => ({ ...item, contentHash: `${item.contentHash.slice(0, -4)}0000` }))
    child.send({ ...message, items })
  }
  importToy({ ...child, send })
}

async function finished(spec: StudySpecInput) {
  const { studyId } = await test.call('studies.start', { study: spec })
  await test.when('studies.changed', (event) => event.studyId === studyId && event.study?.status === 'finished')
  return test.call('studies.get', { studyId })
}

describe('a tournament', () => {
  it('is planned: arms written out, the missing baseline added, the present one recognised', async () => {
    const plan = await test.call('studies.plan', { study: study() })
    expect(plan.arms.map((arm) => [arm.label, arm.baseline, arm.isAdded])).toEqual([
      ['Feature extraction', 'linear-probe', false],
      ['Fine-tuning', null, false],
      ['From scratch', 'from-scratch', true],
    ])
    expect(plan.runs).toBe(9)
    expect(plan.seconds).toBeGreaterThan(0)
    expect(plan.leftOut.map((one) => one.baseline)).toEqual(['source-only'])
    const trainable = plan.arms.map((arm) => arm.parameters.trainable)
    expect(trainable[0]).toBeLessThan(trainable[1] ?? 0)
    expect(plan.problems).toEqual([])
  })

  it('runs every arm with every seed, seed by seed, under the same budget', async () => {
    test.trainer.script('train', trainTo(usual))
    const { cells, plan, spec } = await finished(study())
    expect(cells.map((cell) => [cell.arm, cell.seed])).toEqual(
      [1, 2, 3].flatMap((seed) => [0, 1, 2].map((arm) => [arm, seed])),
    )
    expect(cells.every((cell) => cell.epochs === 1 && cell.status === 'finished')).toBe(true)
    expect(spec.arms.map((arm) => arm.baseline)).toEqual(['linear-probe', undefined, 'from-scratch'])
    expect(spec.base.datasetVersion).toBe(1)
    const run = await test.call('runs.get', { runId: cells[4]?.runId ?? '' })
    expect([run.name, run.tags, run.seed]).toEqual(['Fine-tuning (toy tournament)', ['toy tournament'], 2])
    expect(run.spec.strategy.type).toBe('fine-tuning')
    expect(plan).toHaveLength(3)
  })

  it('ranks, tests in pairs of equal seeds and says it', async () => {
    test.trainer.script('train', trainTo(usual))
    const { results, words } = await finished(study())
    expect(results.metric).toBe('test.accuracy')
    expect(results.rows.map((row) => [row.label, row.rank])).toEqual([
      ['Fine-tuning', 1],
      ['Feature extraction', 2],
      ['From scratch', 3],
    ])
    // The seed's share is the same in all arms: in pairs it cancels out.
    const second = results.rows[1]?.againstLeader
    expect(second?.difference).toBeCloseTo(-0.1, 10)
    expect([second?.seeds, second?.half, second?.pHolm, second?.verdict]).toEqual([3, 0, 0, 'worse'])
    expect(second?.pRank).toBe(0.25)
    expect(results.rows[0]?.mean).toBeCloseTo(0.8 + 0.005 / 3, 10)
    expect(results.rows[0]?.half).toBeGreaterThan(0.02)
    expect(words).toBe('Fine-tuning beats feature extraction by 10.0 ± 0.0 points over 3 seeds.')
    expect(results.rows[1]?.sentence).toBe(
      'Feature extraction trails fine-tuning by 10.0 ± 0.0 points over 3 seeds, and beats from scratch by 20.0 ± 0.0 points.',
    )
    expect(results.majority?.value).toBeGreaterThan(0)
    expect(results.majority?.words).toMatch(/most common class/)
  })

  it('warns where transfer hurts, and names what is no better than one answer for all', async () => {
    test.trainer.script(
      'train',
      trainTo((job) => (kindOf(job) === 'scratch' ? 0.9 : 0.2) + (SPREAD[job.spec.seed] ?? 0)),
    )
    const { results } = await finished(study())
    expect(results.rows.map((row) => [row.label, row.hurts])).toEqual([
      ['From scratch', false],
      ['Feature extraction', true],
      ['Fine-tuning', true],
    ])
    expect(results.sentences[1]).toMatch(
      /^Transfer hurts: feature extraction is 70.0 ± 0.0 points worse than fresh weights/,
    )
    expect(results.sentences.some((sentence) => sentence.startsWith('No better than always answering'))).toBe(true)
  })

  it('calls one seed no proof', async () => {
    test.trainer.script('train', trainTo(usual))
    const { results } = await finished(study({ seeds: [7] }))
    expect(results.sentences[0]).toBe(
      'Fine-tuning is 10.0 points ahead of feature extraction with 1 seed: not a proof.',
    )
    expect(results.rows[1]?.againstLeader).toMatchObject({ half: null, p: null, verdict: 'unclear' })
    expect((await test.call('studies.plan', { study: study({ seeds: [7] }) })).problems[0]?.code).toBe('one-seed')
  })

  it('judges by another measure where that was measured', async () => {
    test.trainer.script('train', trainTo(usual))
    const { id } = await finished(study())
    const { results } = await test.call('studies.get', { studyId: id, metric: 'test.loss' })
    expect([results.metric, results.higherIsBetter, results.rows[0]?.label]).toEqual([
      'test.loss',
      false,
      'Fine-tuning',
    ])
    expect(results.metrics).toEqual(['test.accuracy', 'test.loss', 'train.loss'])
  })

  it('leaves out an arm on other data, and says why', async () => {
    const datasetId = await importToyDataset(test, 'other')
    const plan = { train: 0.5, validation: 0.25, test: 0.25, seed: 9, stratifyBy: null }
    await test.call('datasets.split', { datasetId, plan })
    test.trainer.script('train', trainTo(usual))
    const arms = [...TOY_STUDY.arms, { label: 'Elsewhere', patch: { dataset: 'other' } }]
    const { results } = await finished(study({ arms }))
    const row = results.rows.find((one) => one.label === 'Elsewhere')
    expect([row?.rank, row?.notComparable]).toEqual([null, 'Other data: “other” instead of “toy”.'])
  })

  it('can be started again from what it recorded', async () => {
    test.trainer.script('train', trainTo(usual))
    const first = await finished(study())
    const again = await test.call('studies.plan', { study: first.spec })
    expect(again.arms.map(({ label, baseline }) => [label, baseline])).toEqual(
      first.plan.map(({ label, baseline }) => [label, baseline]),
    )
    expect(again.runs).toBe(9)
  })
})

describe('domain adaptation', () => {
  const arms = [{ patch: { freeze: null, train: { lastBlocks: 2 }, strategy: { type: 'dann', target: 'other' } } }]

  it('is held against the source alone, and judged on the target', async () => {
    test.trainer.script('import', importOtherPictures)
    await importToyDataset(test, 'other')
    const reach = (job: TrainJob): number =>
      (job.spec.strategy['lambda'] === 0 ? 0.5 : 0.6) + (SPREAD[job.spec.seed] ?? 0)
    test.trainer.script(
      'train',
      trainTo(usual, (job) => ({ 'target.accuracy': reach(job) })),
    )
    const { results, plan, spec } = await finished(study({ arms }))
    const { runs } = await test.call('runs.list', { filter: {} })
    const specs = await Promise.all(runs.map(({ id }) => test.call('runs.get', { runId: id })))
    expect(new Set(specs.map((run) => run.spec.strategy['compareSourceOnly']))).toEqual(new Set([false]))
    expect(plan.map((arm) => [arm.label, arm.baseline])).toEqual([
      ['Domain adaptation (DANN)', null],
      ['Source only', 'source-only'],
    ])
    expect(plan[1]?.patch['strategy']).toMatchObject({ type: 'dann', target: 'other', lambda: 0 })
    expect(spec.arms).toHaveLength(2)
    expect(results.metric).toBe('target.accuracy')
    expect(results.sentences).toContain('Domain adaptation (DANN) beats source only by 10.0 ± 0.0 points.')
  })
})

describe('what is wrong with a study', () => {
  it.each([
    ['an unknown preset', { arms: [{ preset: 'magic' }] }, /preset/],
    ['a patch that makes no spec', { arms: [{ patch: { batchSize: 0 } }] }, /batchSize/],
    ['an unknown strategy', { arms: [{ patch: { strategy: { type: 'hope' } } }] }, /hope/],
    ['an unknown dataset', { base: { ...TOY_STUDY.base, dataset: 'nowhere' } }, /nowhere/],
    [
      'too many runs',
      {
        seeds: Array.from({ length: 50 }, (_, i) => i),
        labelLimits: [2, 3, 4, 5, 6, 7, null],
        kind: 'label-efficiency',
      },
      /1000/,
    ],
  ])('%s is told before and refused at the start', async (_, more, message) => {
    const plan = await test.call('studies.plan', { study: study(more) })
    const told = [...plan.problems, ...plan.arms.flatMap((arm) => arm.problems)].filter((one) => one.level === 'block')
    expect(told.map((one) => one.message).join(' ')).toMatch(message)
    const reply = await test.raw('studies.start', { study: study(more) })
    expect(reply).toMatchObject({ ok: false, error: { code: 'E_RUN_SPEC' } })
    expect(await test.call('studies.list', {})).toEqual([])
    expect((await test.call('runs.list', {})).total).toBe(0)
  })
})

describe('a freeze sweep', () => {
  const sweep = (more: object = {}) => study({ kind: 'freeze-sweep', arms: [], baselines: ['majority'], ...more })

  it('has an arm per block, from nothing frozen to everything', async () => {
    const { arms } = await test.call('studies.plan', { study: sweep() })
    expect(arms.length).toBeGreaterThan(10)
    expect(arms[0]?.label).toBe('Nothing frozen')
    expect(arms.at(-1)?.label).toMatch(/^All frozen/)
    const trainable = arms.map((arm) => arm.parameters.trainable)
    expect(trainable).toEqual([...trainable].sort((a, b) => b - a))
    expect(arms.every((arm) => arm.problems.every((problem) => problem.level === 'warn'))).toBe(true)
  })

  it('cuts behind each block instead, with all before it frozen', async () => {
    const { arms } = await test.call('studies.plan', { study: sweep({ sweep: 'cut' }) })
    const totals = arms.map((arm) => arm.parameters.total)
    expect(totals).toEqual([...totals].sort((a, b) => a - b))
    expect(arms.every((arm) => arm.strategy === 'feature-extraction')).toBe(true)
  })

  it('needs weights to freeze', async () => {
    const base = { dataset: 'toy', base: { architecture: 'lenet' }, strategy: { type: 'fine-tuning' } }
    const plan = await test.call('studies.plan', { study: sweep({ base }) })
    expect(plan.problems.map((problem) => problem.code)).toContain('sweep')
  })
})

describe('label efficiency', () => {
  it('takes all labels and halves of them, and says how many labels a strategy is worth', async () => {
    const reach = (job: TrainJob): number => {
      const labels = job.spec.labelLimit ?? 8
      return (kindOf(job) === 'tuned' ? 0.8 : 0.4) + 0.1 * Math.log2(labels / 4) + (SPREAD[job.spec.seed] ?? 0)
    }
    test.trainer.script('train', trainTo(reach))
    const arms = [{ preset: 'feature-extraction' }, { preset: 'fine-tune-all', label: 'Fine-tuning' }]
    const spec = study({ kind: 'label-efficiency', arms, baselines: [], labelLimits: [4, null, 4000] })
    const { results, cells, spec: recorded } = await finished(spec)
    expect(recorded.labelLimits).toEqual([4, null])
    expect(cells).toHaveLength(12)
    expect(results.rows.map((row) => [row.labels, row.label])).toEqual([
      [null, 'Fine-tuning'],
      [null, 'Feature extraction'],
      [4, 'Fine-tuning'],
      [4, 'Feature extraction'],
    ])
    expect(results.sentences.at(-1)).toMatch(
      /^With 4 labels fine-tuning reaches 80.2 %; feature extraction does not get there/,
    )
  })
})

describe('control', () => {
  it('is cancelled: waiting runs leave the queue, the running one stops; resumed it goes on to its end', async () => {
    test.trainer.script('train', trainUntilTold)
    const { studyId } = await test.call('studies.start', { study: study() })
    await vi.waitFor(async () => expect((await test.call('studies.get', { studyId })).runs.running).toBe(1))
    await test.call('studies.cancel', { studyId })
    await test.when('studies.changed', (event) => event.study?.status === 'cancelled')
    const cancelled = await test.call('studies.get', { studyId })
    expect(cancelled.cells.every((cell) => cell.status === 'stopped' && cell.value === null)).toBe(true)
    expect(cancelled.runs).toEqual({ total: 9, finished: 0, failed: 0, running: 0, queued: 0 })
    test.trainer.script('train', trainTo(usual))
    await test.call('studies.resume', { studyId })
    await test.when('studies.changed', (event) => event.study?.status === 'finished')
    const { cells } = await test.call('studies.get', { studyId })
    expect(cells.filter((cell) => cell.status === 'finished').length).toBeGreaterThanOrEqual(8)
  })

  it('is recorded whole or not at all', async () => {
    await test.call('workspace.close', {})
    const db = openDatabase(join(test.folder, 'ws', 'graft.sqlite'))
    db.exec(`CREATE TRIGGER full BEFORE INSERT ON study_runs WHEN (SELECT count(*) FROM study_runs) = 4
      BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`)
    db.close()
    await test.call('workspace.open', { source: join(test.folder, 'ws') })
    expect(await test.raw('studies.start', { study: study() })).toMatchObject({ ok: false })
    expect([await test.call('studies.list', {}), (await test.call('runs.list', {})).total]).toEqual([[], 0])
    expect(test.trainer.children.filter(({ job }) => job.kind === 'train')).toEqual([])
  })

  it('goes on with its first run when it stands still', async () => {
    test.trainer.script('train', trainUntilTold)
    const { studyId } = await test.call('studies.start', { study: study() })
    await vi.waitFor(async () => expect((await test.call('studies.get', { studyId })).runs.running).toBe(1))
    await test.call('studies.cancel', { studyId })
    await test.when('studies.changed', (event) => event.study?.status === 'cancelled')
    const before = test.trainer.children.length
    test.trainer.script('train', trainTo(usual))
    await test.call('studies.resume', { studyId })
    await test.when('studies.changed', (event) => event.study?.status === 'finished')
    const trained = test.trainer.children.slice(before).map(({ job }) => (job.kind === 'train' ? job.runId : job.kind))
    expect(trained).toEqual((await test.call('studies.get', { studyId })).cells.map((cell) => cell.runId))
  })

  it('stops each run when its time is up, and counts what it has learned', async () => {
    test.trainer.script('train', async (child: FakeChild) => {
      if (child.job.kind !== 'train') return
      sendEpochs(child, 20)
      if ((await child.nextControl()) !== 'stop') return
      sendResults(child)
      finish(child, 'stopped')
    })
    const budget = { kind: 'seconds', seconds: 1, epochs: 500 }
    const { cells, results } = await finished(study({ seeds: [1], budget }))
    expect(cells.map((cell) => [cell.status, cell.epochs])).toEqual(cells.map(() => ['stopped', 500]))
    expect(results.metric).toBe('validation.accuracy')
    expect(cells.every((cell) => cell.value !== null)).toBe(true)
  })

  it('is removed with its runs, or without them', async () => {
    test.trainer.script('train', trainTo(usual))
    const a = await finished(study({ seeds: [1] }))
    await test.call('studies.remove', { studyId: a.id })
    expect((await test.call('runs.list', {})).total).toBe(3)
    const b = await finished(study({ seeds: [1] }))
    await test.call('studies.remove', { studyId: b.id, withRuns: true })
    expect((await test.call('runs.list', {})).total).toBe(3)
    expect(await test.call('studies.list', {})).toEqual([])
  })

  it('loses a cell with a run that is removed, and goes on', async () => {
    test.trainer.script('train', trainTo(usual))
    const { id, cells } = await finished(study())
    await test.call('runs.remove', { runIds: [cells[0]?.runId ?? ''] })
    const after = await test.call('studies.get', { studyId: id })
    expect(after.cells).toHaveLength(8)
    expect(after.results.rows.find((row) => row.arm === 0)?.values).toHaveLength(2)
  })
})
