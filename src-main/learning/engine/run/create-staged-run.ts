import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Exhibit } from '../../../contract/exhibits.ts'
import { GraftError } from '../../../contract/errors.ts'
import type { TrainJob } from '../../../contract/trainer.ts'
import { fitStage } from './fit-stage.ts'
import { createLearner, mainLearner, setWeights } from './create-learner.ts'
import type { Learner } from './learner.ts'
import { loopStage } from './loop-stage.ts'
import { valuesOf } from '../model/inference.ts'
import { evaluateLearner, outputsOf } from './learner-outputs.ts'
import { createReporter } from '../loop/reporter.ts'
import { keepJson, keepTensors } from './stage-files.ts'
import type { Reference, Workshop } from './staged-run.ts'
import { type Bench, breathe, placeOf, type WorkshopParts } from './run-scope.ts'

export interface OpenWorkshop {
  readonly workshop: Workshop
  readonly bench: Bench
  /** The learner whose model the run keeps. */
  readonly kept: () => Learner
  close(): void
}

export function createWorkshop(parts: WorkshopParts): OpenWorkshop {
  const { job, lab } = parts
  if (!job.resume) clear(job.folder)
  mkdirSync(join(job.folder, 'checkpoints'), { recursive: true })
  const bench: Bench = {
    ...parts,
    reporter: createReporter(lab, parts),
    position: { epoch: 0, step: 0, seconds: 0, phase: '' },
    opened: [],
    totalEpochs: job.spec.epochs,
    known: null,
  }
  const learners: Learner[] = []
  const adopt = (learner: Learner): Learner => {
    learners.push(learner)
    return learner
  }
  const main = adopt(mainLearner(bench))
  let kept = main
  const workshop: Workshop = {
    lab,
    spec: job.spec,
    manifest: parts.manifest,
    preprocessing: job.preprocessing,
    context: parts.variants.context,
    rule: parts.variants.rule,
    rateFactor: parts.variants.rateFactor,
    main,
    expect: (epochs) => void (bench.totalEpochs = epochs),
    learner: (options) => adopt(createLearner(bench, main, options)),
    dataset: (name) => parts.open(datasetPath(job, name), job.preprocessing),
    reference: (ref) => reference(parts, ref),
    fit: (stage, learner, phases, options) => fitStage(bench, stage, learner, phases, options),
    loop: (stage, options) => loopStage(bench, stage, options),
    outputs: (of, rows, options = {}) => {
      const compute = () => outputsOf(bench, of, rows, options)
      return options.stage === undefined
        ? compute()
        : keepTensors(stageFile(job, options.stage), bench.reporter.recorded, compute)
    },
    evaluate: (learner, split, options = {}) => evaluateLearner(bench, learner, split, options),
    once: (stage, compute) => keepJson(stageFile(job, stage), bench.reporter.recorded, compute),
    weights: (learner) => valuesOf(learner.model),
    setWeights: (learner, weights) => setWeights(lab.tf, learner, weights),
    keep: (learner) => void (kept = learner),
    exhibit: (exhibit) => bench.reporter.send({ type: 'exhibit', exhibit: Exhibit.parse(exhibit) }),
    reviewed: (exhibit) => job.reviews?.[exhibit] ?? null,
    record: (values) => recordOnce(bench, values),
    breathe: (progress) => breathe(bench, progress),
  }
  return {
    workshop,
    bench,
    kept: () => kept,
    close() {
      bench.opened.forEach((each) => each.close())
      learners.forEach(({ model }) => model.dispose())
    },
  }
}

function clear(folder: string): void {
  for (const name of ['checkpoints', 'stages']) rmSync(join(folder, name), { recursive: true, force: true })
}

function stageFile({ folder }: TrainJob, stage: string): string {
  mkdirSync(join(folder, 'stages'), { recursive: true })
  return join(folder, 'stages', stage.replace(/[^A-Za-z0-9.-]+/g, '-'))
}

function datasetPath(job: TrainJob, name: string): string {
  const path = job.datasets[name]
  if (path !== undefined) return path
  const available = Object.keys(job.datasets).join(', ') || 'none'
  throw new GraftError('E_DATASET_UNUSABLE', `Expected the samples of "${name}". The run has: ${available}.`, {
    fix: 'Choose the dataset again and start a new run.',
  })
}

async function reference({ job, readWeights }: WorkshopParts, ref: string): Promise<Reference> {
  const files = job.models[ref]
  if (files === undefined) {
    const available = Object.keys(job.models).join(', ') || 'none'
    throw new GraftError('E_MODEL_UNKNOWN', `Expected the model "${ref}". The run has: ${available}.`, {
      fix: 'Choose the model again and start a new run.',
    })
  }
  return { title: files.title, files, weights: await readWeights(files) }
}

/** Sends points of the present step, unless they were sent before the run was interrupted: a resumed script comes by here again. */
function recordOnce(bench: Bench, values: Readonly<Record<string, number>>): void {
  const { reporter, position, job } = bench
  const file = `${stageFile(job, 'recorded')}.json`
  const known = (bench.known ??= new Set(existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : []))
  const fresh = Object.entries(values).filter(([name]) => !known.has(`${name} ${position.step}`))
  if (fresh.length === 0) return
  reporter.record(Object.fromEntries(fresh), placeOf(bench))
  for (const [name] of fresh) known.add(`${name} ${position.step}`)
  const text = JSON.stringify([...known])
  void reporter.recorded().then(() => {
    writeFileSync(`${file}.partial`, text)
    renameSync(`${file}.partial`, file)
  })
}
