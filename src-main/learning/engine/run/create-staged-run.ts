import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeAll } from '../../../base/disk/remove.ts'
import { replace } from '../../../base/disk/replace.ts'
import { Exhibit } from '../../../contract/exhibits.ts'
import { GraftError } from '../../../contract/errors.ts'
import type { TrainJob } from '../../../contract/trainer.ts'
import { convergeStage } from './converge-stage.ts'
import { fitStage } from './fit-stage.ts'
import { createLearner, mainLearner, setWeights } from './create-learner.ts'
import type { Learner } from './learner.ts'
import { loopStage } from './loop-stage.ts'
import { valuesOf } from '../model/inference.ts'
import { evaluateLearner, outputsOf } from './learner-outputs.ts'
import { createReporter } from '../loop/reporter.ts'
import { keepJson, keepTensors } from './stage-files.ts'
import type { Reference, StagedRun } from './staged-run.ts'
import { type RunScope, throwIfInterrupted, placeOf, type StagedRunParts } from './run-scope.ts'

export interface OpenStagedRun {
  readonly run: StagedRun
  readonly scope: RunScope
  /** The learner whose model the run keeps. */
  readonly kept: () => Learner
  close(): void
}

export function createStagedRun(parts: StagedRunParts): OpenStagedRun {
  const { job, runtime } = parts
  if (!job.resume) clear(job.folder)
  mkdirSync(join(job.folder, 'checkpoints'), { recursive: true })
  const scope: RunScope = {
    ...parts,
    reporter: createReporter(runtime, parts),
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
  const main = adopt(mainLearner(scope))
  let kept = main
  const run: StagedRun = {
    runtime,
    spec: job.spec,
    manifest: parts.manifest,
    preprocessing: job.preprocessing,
    context: parts.variants.context,
    rule: parts.variants.rule,
    rateFactor: parts.variants.rateFactor,
    main,
    expect: (epochs) => void (scope.totalEpochs = epochs),
    learner: (options) => adopt(createLearner(scope, main, options)),
    dataset: (name) => parts.open(datasetPath(job, name), job.preprocessing),
    reference: (ref) => reference(parts, ref),
    fit: (stage, learner, phases, options) => fitStage(scope, stage, learner, phases, options),
    converge: (stage, learner, options) => convergeStage(scope, stage, learner, options),
    loop: (stage, options) => loopStage(scope, stage, options),
    outputs: (of, rows, options = {}) => {
      const compute = () => outputsOf(scope, of, rows, options)
      return options.stage === undefined
        ? compute()
        : keepTensors(stageFile(job, options.stage), scope.reporter.recorded, compute)
    },
    evaluate: (learner, split, options = {}) => evaluateLearner(scope, learner, split, options),
    once: (stage, compute) => keepJson(stageFile(job, stage), scope.reporter.recorded, compute),
    weights: (learner) => valuesOf(learner.model),
    setWeights: (learner, weights) => setWeights(runtime.tf, learner, weights),
    keep: (learner) => void (kept = learner),
    exhibit: (exhibit) => scope.reporter.send({ type: 'exhibit', exhibit: Exhibit.parse(exhibit) }),
    reviewed: (exhibit) => job.reviews?.[exhibit] ?? null,
    record: (values) => recordOnce(scope, values),
    throwIfInterrupted: (progress) => throwIfInterrupted(scope, progress),
  }
  return {
    run,
    scope,
    kept: () => kept,
    close() {
      scope.opened.forEach((each) => each.close())
      learners.forEach(({ model }) => model.dispose())
    },
  }
}

function clear(folder: string): void {
  for (const name of ['checkpoints', 'stages']) removeAll(join(folder, name))
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

async function reference({ job, readWeights }: StagedRunParts, ref: string): Promise<Reference> {
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
function recordOnce(scope: RunScope, values: Readonly<Record<string, number>>): void {
  const { reporter, position, job } = scope
  const file = `${stageFile(job, 'recorded')}.json`
  const known = (scope.known ??= new Set(existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : []))
  const fresh = Object.entries(values).filter(([name]) => !known.has(`${name} ${position.step}`))
  if (fresh.length === 0) return
  reporter.record(Object.fromEntries(fresh), placeOf(scope))
  for (const [name] of fresh) known.add(`${name} ${position.step}`)
  const text = JSON.stringify([...known])
  void reporter.recorded().then(() => {
    writeFileSync(`${file}.partial`, text)
    replace(`${file}.partial`, file)
  })
}
