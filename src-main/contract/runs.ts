import { z } from 'zod'
import { command, event, request } from './define.ts'
import { Exhibit } from './exhibits.ts'
import { PlanProblem, ResolvedPlan } from './models.ts'
import { Calibration, FeatureAgreement, NetworkAgreement } from './precision.ts'
import { PrefixPrecision } from './prefix-precision.ts'
import { ExperimentSpec } from './spec.ts'
import { LabelType, LabelValue, Split } from './datasets.ts'

export const RunStatus = z.enum(['queued', 'running', 'paused', 'interrupted', 'finished', 'stopped', 'failed'])
export type RunStatus = z.infer<typeof RunStatus>

/** One metric of a run. Names are `<split>.<metric>` or `<split>.<head>.<metric>`: train.loss, validation.accuracy ... `kept` is that of
 *  the weights that are saved (or would be, were the run stopped now): the best epoch's where they are restored, else the last. It is
 *  what stands for the run wherever one figure does. */
export const MetricSummary = z.object({ kept: z.number(), last: z.number(), best: z.number(), bestEpoch: z.number() })
export type MetricSummary = z.infer<typeof MetricSummary>

export const Run = z.object({
  id: z.string(),
  name: z.string(),
  status: RunStatus,
  /** Why it is paused, interrupted or failed; null otherwise. */
  reason: z.string().nullable(),
  /** Order within the queue, smaller first; null when it does not wait. */
  queuePosition: z.number().nullable().default(null),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  dataset: z.object({ id: z.string(), name: z.string(), version: z.int(), hash: z.string() }),
  base: z.string(),
  strategy: z.string(),
  seed: z.int(),
  epochs: z.int(),
  epochsDone: z.int(),
  progress: z.number(),
  /** Wall time spent training, without pauses. */
  seconds: z.number(),
  parameters: z.object({ total: z.int(), trainable: z.int(), frozen: z.int(), fresh: z.int() }),
  metrics: z.record(z.string(), MetricSummary),
  starred: z.boolean(),
  tags: z.array(z.string()),
  notes: z.string(),
  /** Stable series colour, an index into the palette. */
  colour: z.int(),
})
export type Run = z.infer<typeof Run>

/** What moved: per layer of the trained network, relative change ||w - w0|| / ||w0|| (absolute where w0 is 0). */
export const WeightChange = z.object({
  layer: z.string(),
  block: z.string(),
  state: z.enum(['frozen', 'trained', 'fresh']),
  parameters: z.int(),
  change: z.number(),
  /** BatchNorm: largest change of its moving averages; 0 proves that a frozen one did not move. */
  movingChange: z.number().nullable(),
})
export type WeightChange = z.infer<typeof WeightChange>

export const RunDetail = Run.extend({
  spec: ExperimentSpec,
  /** Whether `runs.extend` takes it once it is over: its strategy, with its parameters, is one stage of epochs. */
  canExtend: z.boolean(),
  plan: ResolvedPlan,
  heads: z.array(
    z.object({
      name: z.string(),
      column: z.string(),
      type: LabelType,
      classes: z.array(z.string()),
    }),
  ),
  /** Versions, CPU, threads, package versions, hash of the base weights. */
  environment: z.record(z.string(), z.string()),
  weightChange: z.array(WeightChange),
  /** Wall seconds of each epoch; the first includes filling the feature cache. */
  epochSeconds: z.array(z.number()),
  /** Per epoch: speed of its training, without validation, and the share of it that was spent waiting for data. null: not
   *  known. */
  epochFigures: z.array(z.object({ samplesPerSecond: z.number().nullable(), waitShare: z.number().nullable() })),
  /** Whether steps ran as one graph or op by op; null before the first epoch. */
  engine: z.enum(['compiled', 'eager']).nullable(),
  cache: z
    .object({
      items: z.int(),
      hits: z.int(),
      bytes: z.number(),
      seconds: z.number(),
      layer: z.string(),
      precision: PrefixPrecision.default('float32'),
      agreement: NetworkAgreement.nullable().default(null),
      /** Of features in lower precision with float32's, as measured while this run prepared them; null: float32, or an older run. */
      features: FeatureAgreement.nullable().default(null),
      /** Of int8. */
      calibration: Calibration.nullable().default(null),
    })
    .nullable(),
  series: z.array(z.string()),
})
export type RunDetail = z.infer<typeof RunDetail>

export const Series = z.object({
  runId: z.string(),
  metric: z.string(),
  step: z.array(z.number()),
  epoch: z.array(z.number()),
  /** Seconds of training since the run's start. */
  time: z.array(z.number()),
  value: z.array(z.number()),
  /** How many points there are before thinning to `maxPoints` (min-max preserving). */
  points: z.int(),
})
export type Series = z.infer<typeof Series>

export const RunFilter = z.strictObject({
  status: z.array(RunStatus).optional(),
  starred: z.boolean().optional(),
  search: z.string().optional(),
  tag: z.string().optional(),
  dataset: z.string().optional(),
  ids: z.array(z.string()).max(10_000).optional(),
})
export type RunFilter = z.infer<typeof RunFilter>

export const Prediction = z.object({
  itemId: z.int(),
  name: z.string(),
  /** Of tags: those that it has, and those whose probability reaches their threshold. */
  expected: LabelValue,
  predicted: z.union([z.string(), z.number(), z.array(z.string())]),
  /** Probability of the predicted class. */
  confidence: z.number().nullable(),
  loss: z.number(),
  /** Of tags: the probability of each, in the order of the head's classes. */
  scores: z.array(z.number()).optional(),
})
export type Prediction = z.infer<typeof Prediction>

/** One tag of a head on one split. `average precision` as scikit-learn's average_precision_score; null where no item has the tag. */
export const TagResult = z.object({
  name: z.string(),
  /** From which probability on an item is said to have it. */
  threshold: z.number(),
  averagePrecision: z.number().nullable(),
  /** null: nothing was given the tag, nothing has it, or neither. */
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  f1: z.number().nullable(),
  /** [[neither, only given], [only had, both]]: rows: expected no and yes, columns: predicted no and yes. */
  counts: z.array(z.array(z.int())),
})
export type TagResult = z.infer<typeof TagResult>

const Ref = z.strictObject({ runId: z.string() })

export const runs = {
  preflight: request(
    z.strictObject({ spec: ExperimentSpec }),
    z.object({ plan: ResolvedPlan.nullable(), problems: z.array(PlanProblem) }),
  ),
  /** Checks the spec, records the run and queues it. */
  start: command(z.strictObject({ spec: ExperimentSpec }), z.object({ runId: z.string() })),
  list: request(
    z.strictObject({
      filter: RunFilter.default({}),
      /** A field of Run, or `metrics.<name>` (value of the saved weights). */
      sort: z.string().default('createdAt'),
      /** Left out: the best first of a metric, the largest or latest first of everything else. */
      descending: z.boolean().optional(),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(10_000).default(1000),
    }),
    z.object({ total: z.int(), runs: z.array(Run) }),
  ),
  get: request(Ref, RunDetail),
  /** Curves; `maxPoints` per series. */
  series: request(
    z.strictObject({
      runIds: z.array(z.string()).min(1).max(100),
      metrics: z.array(z.string()).min(1),
      maxPoints: z.int().min(2).max(100_000).default(1000),
    }),
    z.array(Series),
  ),
  pause: command(Ref, Run),
  /** Goes on from the last checkpoint: after a pause, an interruption, a failure. */
  resume: command(Ref, Run),
  /** Ends the run at the next step and keeps what it has learned. */
  stop: command(Ref, Run),
  /** Trains N more epochs from where it ended. */
  extend: command(z.strictObject({ runId: z.string(), epochs: z.int().min(1).max(10_000) }), Run),
  /** Moves a queued run to a place of the queue (0 = next). */
  reorder: command(z.strictObject({ runId: z.string(), position: z.int().min(0) }), z.object({})),
  remove: command(z.strictObject({ runIds: z.array(z.string()).min(1) }), z.object({})),
  annotate: command(
    z.strictObject({
      runId: z.string(),
      name: z.string().max(200).optional(),
      starred: z.boolean().optional(),
      tags: z.array(z.string().max(50)).max(50).optional(),
      notes: z.string().max(100_000).optional(),
      colour: z.int().min(0).max(11).optional(),
    }),
    Run,
  ),
  confusion: request(
    z.strictObject({ runId: z.string(), split: Split, head: z.string().optional() }),
    z.object({
      head: z.string(),
      classes: z.array(z.string()),
      /** rows: expected, columns: predicted */ counts: z.array(z.array(z.int())),
    }),
  ),
  /** Of a head of tags, how each did on a split. Errors: E_NOT_FOUND (no such head). */
  tags: request(
    z.strictObject({ runId: z.string(), split: Split, head: z.string().optional() }),
    z.object({ head: z.string(), items: z.int(), tags: z.array(TagResult) }),
  ),
  predictions: request(
    z.strictObject({
      runId: z.string(),
      split: Split,
      head: z.string().optional(),
      expected: z.string().optional(),
      predicted: z.string().optional(),
      /** Of tags: with `wrongOnly` those where this one is wrong, else those that have it or were given it. */
      tag: z.string().optional(),
      wrongOnly: z.boolean().default(false),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(1000).default(100),
    }),
    z.object({ total: z.int(), predictions: z.array(Prediction) }),
  ),
  log: request(
    z.strictObject({ runId: z.string(), after: z.int().default(0) }),
    z.array(z.object({ seq: z.int(), at: z.string(), level: z.enum(['info', 'warn', 'error']), text: z.string() })),
  ),
  /** What the run shows beside its curves, in the order in which it came; the newest of each id. */
  exhibits: request(
    z.strictObject({ runId: z.string(), ids: z.array(z.string()).max(1000).optional().describe('only these') }),
    z.array(Exhibit),
  ),
  /** Which suggestions of a `review` exhibit the user keeps, for a run that waits for it; `resume` goes on with those. The dataset stays
   *  as it is (`datasets.labelEach` writes labels). */
  review: command(
    z.strictObject({ runId: z.string(), exhibitId: z.string(), kept: z.array(z.int()).max(100_000) }),
    z.object({ kept: z.int(), refused: z.int() }),
  ),
  changed: event(z.object({ run: Run.nullable(), runId: z.string() })),
  /** At most 10 a second per run. SQLite, not this stream, is the truth: a window fetches a snapshot, then applies events with a larger seq. */
  progressed: event(
    z.object({
      runId: z.string(),
      seq: z.int(),
      phase: z.string(),
      epoch: z.number(),
      step: z.int(),
      stepsPerEpoch: z.int(),
      progress: z.number(),
      samplesPerSecond: z.number().nullable(),
      secondsLeft: z.number().nullable(),
      memoryBytes: z.number().nullable(),
      /** New points since the last event: series name -> [step, epoch, seconds, value] rows. */
      points: z.record(z.string(), z.array(z.tuple([z.number(), z.number(), z.number(), z.number()]))),
    }),
  ),
  /** A running run works between its steps: on features of the still part before the first one, say. No such work outlives a step. */
  working: event(
    z.object({
      runId: z.string(),
      message: z.string(),
      done: z.number(),
      total: z.number().nullable(),
      secondsLeft: z.number().nullable().describe('of this work alone; null until there is a basis'),
    }),
  ),
  /** A running run shows something new, or anew; `runs.exhibits` answers it. */
  exhibited: event(z.object({ runId: z.string(), exhibitId: z.string() })),
} as const
