import { z } from 'zod'
import { command, event, request } from './define.ts'
import { PlanProblem } from './models.ts'
import { RunStatus } from './runs.ts'
import { ExperimentSpec } from './spec.ts'

/** tournament: arms under one budget. freeze-sweep: one arm per block at which freezing (or the cut) ends. label-efficiency: arms
 *  at several numbers of labels. search: one arm per setting of values, chosen on the validation split. */
export const StudyKind = z.enum(['tournament', 'freeze-sweep', 'label-efficiency', 'search'])
export type StudyKind = z.infer<typeof StudyKind>

/** What every comparison is held against. `majority` takes no run: the train split's most common class (or mean) as the answer to
 *  everything. The others are arms: fresh weights; a new head on frozen features; the source alone, without adaptation. */
export const Baseline = z.enum(['majority', 'from-scratch', 'linear-probe', 'source-only'])
export type Baseline = z.infer<typeof Baseline>
export const ArmBaseline = Baseline.exclude(['majority'])
export type ArmBaseline = z.infer<typeof ArmBaseline>

/** One way to learn: a change of the study's base spec. */
export const StudyArm = z.strictObject({
  label: z.string().max(120).default('').describe('empty: named after its preset or strategy'),
  preset: z.string().optional().describe('a preset of the catalogue, applied before `patch`'),
  patch: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('paths of the spec to new values, e.g. "optimizer.learningRate"; null takes a field away'),
  baseline: ArmBaseline.optional().describe('serves as this baseline; absent: found out from what it trains'),
})
export type StudyArm = z.output<typeof StudyArm>

export const StudyBudget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('epochs'), epochs: z.int().min(1).max(10_000) }),
  z
    .strictObject({
      kind: z.literal('seconds'),
      seconds: z.number().min(1).max(1_000_000),
      epochs: z.int().min(1).max(10_000).default(1000).describe('at most so many epochs, over which the schedule runs'),
    })
    .describe('each run is stopped at the first step after so many seconds of training, and keeps what it has learned'),
])
export type StudyBudget = z.output<typeof StudyBudget>

const settingPath = z.string().min(1).max(200).describe('a path of the spec, e.g. "optimizer.learningRate"')

/** One setting that a search varies. */
export const SearchSetting = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('range'),
    path: settingPath,
    from: z.number(),
    to: z.number(),
    scale: z.enum(['linear', 'log']).default('linear'),
    integer: z.boolean().default(false).describe('whole numbers only'),
    steps: z.int().min(2).max(50).default(5).describe('grid: so many values, both ends among them'),
  }),
  z.strictObject({
    kind: z.literal('choice'),
    path: settingPath,
    values: z
      .array(z.union([z.number(), z.string(), z.boolean()]))
      .min(1)
      .max(50),
  }),
])
export type SearchSetting = z.output<typeof SearchSetting>
export type SettingValue = number | string | boolean

export const StudySearch = z.strictObject({
  method: z
    .enum(['random', 'grid'])
    .default('random')
    .describe('random: each setting drawn by itself (Bergstra, Bengio 2012); grid: every combination'),
  settings: z.array(SearchSetting).min(1).max(8),
  samples: z.int().min(1).max(200).default(16).describe('random: so many combinations'),
  seed: z
    .int()
    .min(0)
    .max(2_147_483_647)
    .default(1)
    .describe('random: draws the combinations; runs have seeds of their own'),
})
export type StudySearch = z.output<typeof StudySearch>

export const StudySpec = z.strictObject({
  name: z.string().max(100).default(''),
  kind: StudyKind,
  base: ExperimentSpec.describe('what all arms start from; its name, seed and epochs give way to those of the study'),
  arms: z
    .array(StudyArm)
    .max(300)
    .default([])
    .describe(
      'empty: the base itself; in a freeze sweep one arm per block of the base network, in a search one per combination',
    ),
  sweep: z
    .enum(['freeze', 'cut'])
    .default('freeze')
    .describe('freeze sweep: freeze up to each block, or cut the network there and train a head on it'),
  search: StudySearch.nullable().default(null).describe('search: what is varied, and how'),
  labelLimits: z
    .array(z.int().min(1).nullable())
    .max(20)
    .default([])
    .describe('label efficiency: numbers of labels, null for all of them; empty: all, and halves of it'),
  baselines: z.array(Baseline).default(['majority', 'from-scratch', 'linear-probe', 'source-only']),
  seeds: z.array(z.int().min(0).max(2_147_483_647)).min(1).max(50).default([1, 2, 3]),
  budget: StudyBudget,
  metric: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'what arms are judged by; null: accuracy on the test split (in a search the validation split), or the nearest to it that all arms have',
    ),
})
export type StudySpec = z.output<typeof StudySpec>
export type StudySpecInput = z.input<typeof StudySpec>

/** An arm as it will run. */
export const PlannedArm = z.object({
  label: z.string(),
  patch: z.record(z.string(), z.unknown()),
  baseline: ArmBaseline.nullable(),
  /** Graft added it as a baseline. */
  isAdded: z.boolean(),
  strategy: z.string(),
  parameters: z.object({ total: z.int(), trainable: z.int() }),
  /** Of one run; null: not known. */
  seconds: z.number().nullable(),
  /** Blocking ones keep the study from starting. */
  problems: z.array(PlanProblem),
})
export type PlannedArm = z.infer<typeof PlannedArm>

export const StudyPlan = z.object({
  arms: z.array(PlannedArm),
  /** Numbers of labels, null for all; one entry (null) unless labels are what is studied. */
  labelLimits: z.array(z.int().nullable()),
  /** Baselines that were asked for and make no sense here, with the reason. */
  leftOut: z.array(z.object({ baseline: Baseline, reason: z.string() })),
  runs: z.int(),
  seconds: z.number().nullable(),
  /** Of the study as a whole. */
  problems: z.array(PlanProblem),
})
export type StudyPlan = z.infer<typeof StudyPlan>

export const StudyStatus = z.enum(['queued', 'running', 'paused', 'finished', 'cancelled'])
export type StudyStatus = z.infer<typeof StudyStatus>

export const Study = z.object({
  id: z.string(),
  name: z.string(),
  kind: StudyKind,
  /** paused: runs are left, and none of them waits or trains. */
  status: StudyStatus,
  createdAt: z.string(),
  dataset: z.object({ id: z.string(), name: z.string() }),
  arms: z.int(),
  seeds: z.array(z.int()),
  /** finished: with the whole budget. Runs that were stopped by hand, paused or interrupted are in none of the other counts. */
  runs: z.object({ total: z.int(), finished: z.int(), failed: z.int(), running: z.int(), queued: z.int() }),
  progress: z.number(),
  secondsLeft: z.number().nullable(),
  /** What it has found so far, in one sentence. */
  words: z.string().nullable(),
})
export type Study = z.infer<typeof Study>

/** One run of a study. */
export const StudyCell = z.object({
  arm: z.int(),
  labels: z.int().nullable(),
  seed: z.int(),
  runId: z.string(),
  status: RunStatus,
  reason: z.string().nullable(),
  progress: z.number(),
  epochs: z.int(),
  epochsDone: z.int(),
  seconds: z.number(),
  /** Of the metric that is judged by; null: not measured (yet). */
  value: z.number().nullable(),
})
export type StudyCell = z.infer<typeof StudyCell>

/** Arm minus other, paired by seed; in the metric's unit, and turned so that a positive difference is better. */
export const ArmComparison = z.object({
  /** Index of the other arm. */
  arm: z.int(),
  seeds: z.int(),
  difference: z.number(),
  /** Half the width of the 95 % interval of the mean difference (Student's t); null for one seed. */
  half: z.number().nullable(),
  /** Two-sided paired t-test. */
  p: z.number().nullable(),
  /** ... after Holm's correction over all comparisons with that arm. */
  pHolm: z.number().nullable(),
  /** Wilcoxon's signed-rank test, exact. */
  pRank: z.number().nullable(),
  /** At the level of 5 %, after Holm's correction. */
  verdict: z.enum(['better', 'worse', 'unclear']),
})
export type ArmComparison = z.infer<typeof ArmComparison>

export const ArmResult = z.object({
  arm: z.int(),
  labels: z.int().nullable(),
  label: z.string(),
  baseline: ArmBaseline.nullable(),
  /** 1 is best; null: no value yet, or not comparable. */
  rank: z.int().nullable(),
  /** Why its values do not compare with the others'; null: they do. */
  notComparable: z.string().nullable(),
  values: z.array(z.object({ seed: z.int(), value: z.number() })),
  mean: z.number().nullable(),
  sd: z.number().nullable(),
  /** Half the width of the 95 % interval of the mean; null for one seed. */
  half: z.number().nullable(),
  /** Means over its ended runs. */
  seconds: z.number().nullable(),
  epochs: z.number().nullable(),
  parameters: z.object({ total: z.int(), trainable: z.int() }),
  /** Weights in float32. */
  sizeBytes: z.number(),
  againstLeader: ArmComparison.nullable(),
  againstBaselines: z.array(ArmComparison),
  /** Transfer hurts: worse than from scratch, beyond the 95 % interval. */
  hurts: z.boolean(),
  /** No better than answering with the most common class. */
  isTrivial: z.boolean(),
  sentence: z.string().nullable(),
})
export type ArmResult = z.infer<typeof ArmResult>

/** What a search has found beside its ranking. */
export const SearchResults = z.object({
  settings: z.array(
    z.object({
      path: z.string(),
      label: z.string(),
      scale: z.enum(['linear', 'log', 'choice']),
      /** Share of the variance of the measure that this setting explains by itself (functional ANOVA: Hutter, Hoos, Leyton-Brown 2014);
       *  null: too few combinations are measured. */
      importance: z.number().nullable(),
    }),
  ),
  /** Combinations, by arm: the value of each setting, in their order. */
  points: z.array(z.object({ arm: z.int(), values: z.array(z.union([z.number(), z.string(), z.boolean()])) })),
  /** The chosen combination on the test split, which chose nothing; null: not measured. */
  onTest: z.object({ metric: z.string(), mean: z.number(), half: z.number().nullable() }).nullable(),
  /** Of training, all runs together. */
  seconds: z.number(),
})
export type SearchResults = z.infer<typeof SearchResults>

export const StudyResults = z.object({
  metric: z.string().nullable(),
  /** What all measured arms have, and could be judged by. */
  metrics: z.array(z.string()),
  higherIsBetter: z.boolean(),
  majority: z.object({ value: z.number(), words: z.string() }).nullable(),
  /** Ranked; with several numbers of labels grouped by them, the most labels first. */
  rows: z.array(ArmResult),
  /** What follows, the most important first. */
  sentences: z.array(z.string()),
  /** null: the study is no search, or nothing is measured yet. */
  search: SearchResults.nullable(),
})
export type StudyResults = z.infer<typeof StudyResults>

export const StudyDetail = Study.extend({
  /** With all arms written out: started again, it is the same study. */
  spec: StudySpec,
  plan: z.array(PlannedArm),
  cells: z.array(StudyCell),
  /** Labelled training items: what a number of labels of null means. */
  labelled: z.int(),
  results: StudyResults,
})
export type StudyDetail = z.infer<typeof StudyDetail>

const Ref = z.strictObject({ studyId: z.string() })

export const studies = {
  /** Arms, baselines, number of runs and time of a study, before it starts. Never throws for a bad arm: problems say it. */
  plan: request(z.strictObject({ study: StudySpec }), StudyPlan),
  /** Records the study and queues its runs, seed by seed, so that a first ranking comes early. */
  start: command(z.strictObject({ study: StudySpec }), z.object({ studyId: z.string() })),
  list: request(z.strictObject({}), z.array(Study)),
  /** By id; `metric` judges by another one than the study's own. */
  get: request(z.strictObject({ studyId: z.string(), metric: z.string().optional() }), StudyDetail),
  /** Takes its waiting runs out of the queue and stops the one that trains; what has been learned is kept. */
  cancel: command(Ref, Study),
  /** Queues again what was cancelled, paused, interrupted or failed. */
  resume: command(Ref, Study),
  rename: command(z.strictObject({ studyId: z.string(), name: z.string().min(1).max(100) }), Study),
  /** The study; its runs too, or they stay as runs of their own. */
  remove: command(z.strictObject({ studyId: z.string(), withRuns: z.boolean().default(false) }), z.object({})),
  /** Writes what a study found, or runs side by side, as one HTML file that needs no other. `file`: a new file, or a folder for one of the
   *  usual name; absent: among the workspace's exports. */
  report: command(
    z.strictObject({
      studyId: z.string().optional(),
      runIds: z.array(z.string()).min(1).max(100).optional(),
      file: z.string().optional(),
    }),
    z.object({ reportId: z.string(), path: z.string() }),
  ),
  changed: event(z.object({ study: Study.nullable(), studyId: z.string() })),
} as const
