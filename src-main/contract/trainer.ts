import { z } from 'zod'
import {
  FeatureColumn,
  ImportOptions,
  ImportProblem,
  Item,
  LabelColumn,
  LabelType,
  LabelValue,
  Reading,
  SourceInspection,
  Split,
  SplitPlan,
} from './datasets.ts'
import { Exhibit } from './exhibits.ts'
import { ModelInspection, Preparation } from './imports.ts'
import { LabelAnswer, LabelQuestion } from './label-questions.ts'
import { CardDetails } from './model-card.ts'
import { Explanation, ExplainInput } from './explanations.ts'
import { ExportProof, ImagePrediction } from './models.ts'
import { LayerState, Network, Preprocessing } from './network.ts'
import { Calibration, FeatureAgreement, PrecisionReport, TrainedFeatures } from './precision.ts'
import { PrefixPrecision } from './prefix-precision.ts'
import { Prediction, WeightChange } from './runs.ts'
import { ExperimentSpec } from './spec.ts'

/** The trainer process and its parent. The parent validates what the child sends, too: the child parses files of users. */

/** One sample as the trainer sees it. */
export const ManifestItem = z.object({
  id: z.int(),
  name: z.string(),
  /** Absolute path of an image; null when its pixels are in the dataset's pack. */
  path: z.string().nullable(),
  /** Place in the pack (row index). */
  row: z.int().nullable(),
  contentHash: z.string(),
  split: Split,
  /** Per head, in the run's order: class index, number, of tags the place of their set in the head's `tagSets`, or null when unlabelled. */
  targets: z.array(z.number().nullable()),
})
export type ManifestItem = z.infer<typeof ManifestItem>

/** `runs/<id>/manifest.json`: what exactly was trained on. Written anew at each start, with the same items. */
export const Manifest = z.object({
  dataset: z.object({
    id: z.string(),
    name: z.string(),
    version: z.int(),
    hash: z.string(),
    kind: z.enum(['image', 'table']),
  }),
  heads: z.array(
    z.object({
      name: z.string(),
      column: z.string(),
      type: LabelType,
      classes: z.array(z.string()),
      /** Beside a trained network, of a number: the value in its own unit is output * std + mean. Absent: the output is the value. */
      scale: z.object({ mean: z.number(), std: z.number() }).optional(),
      /** Of tags, beside the items: each set of tags that an item has, as indices of classes, ascending. */
      tagSets: z.array(z.array(z.int())).optional(),
      /** Beside a trained network, of tags: from which probability on each is said to be there. Absent: 0.5. */
      thresholds: z.array(z.number()).optional(),
    }),
  ),
  /** Absolute path of the packed pixels or table values; null when items are files. Layout: docs/workspace.md. */
  pack: z.string().nullable(),
  items: z.array(ManifestItem),
})
export type Manifest = z.infer<typeof Manifest>

/** Where the starting weights come from. */
export const WeightsRef = z.object({ path: z.string(), sha256: z.string() })
export type WeightsRef = z.infer<typeof WeightsRef>

/** A trained or base model in files: network.json and weights.safetensors (see docs/workspace.md). */
export const ModelFiles = z.object({
  network: Network,
  preprocessing: Preprocessing,
  weights: WeightsRef,
  heads: Manifest.shape.heads,
})
export type ModelFiles = z.infer<typeof ModelFiles>

export const TrainJob = z.object({
  kind: z.literal('train'),
  runId: z.string(),
  /** Absolute `runs/<id>`; the child writes checkpoints/, model/ and predictions there. */
  folder: z.string(),
  /** Absolute `cache/`: features/ and pixels/ of the workspace. */
  cacheFolder: z.string(),
  /** Beyond it the least recently used parts of the cache are removed. */
  cacheLimitBytes: z.number(),
  spec: ExperimentSpec,
  network: Network,
  states: z.record(z.string(), LayerState),
  cachedUpTo: z.string().nullable(),
  preprocessing: Preprocessing,
  manifest: z.string().describe('absolute path of manifest.json'),
  /** Weights of reused layers; null when every layer is fresh. Names that the network lacks are ignored. */
  weights: WeightsRef.nullable(),
  /** What the strategy's parameters name: models by reference, manifests of further datasets by name. */
  models: z.record(z.string(), ModelFiles.extend({ title: z.string() })).default({}),
  datasets: z.record(z.string(), z.string()).default({}),
  /** Per `review` exhibit, the items whose suggested labels the user kept. */
  reviews: z.record(z.string(), z.array(z.int())).optional(),
  /** Go on from the newest checkpoint when there is one. */
  resume: z.boolean(),
  threads: z.int(),
})
export type TrainJob = z.infer<typeof TrainJob>

/** A measurement on the spec that is on the bench (learning/analyses). `folder` is its own and temporary. */
export const AnalyseJob = TrainJob.omit({ kind: true, runId: true, resume: true }).extend({
  kind: z.literal('analyse'),
  analysis: z.object({ type: z.string(), params: z.record(z.string(), z.unknown()) }),
  surroundings: z.object({
    models: z.array(z.object({ ref: z.string(), title: z.string(), hasSeenDataset: z.boolean() })),
    baseDomain: z.string().nullable(),
    items: z.object({ labelled: z.int(), unlabelled: z.int(), classCounts: z.array(z.int()) }),
    precisions: PrecisionReport.nullable().default(null),
  }),
})
export type AnalyseJob = z.infer<typeof AnalyseJob>

/** An absolute path, or several that are taken as one folder which holds them. */
const SourcePaths = z.union([z.string(), z.array(z.string()).min(1)])

export const InspectJob = z.object({ kind: z.literal('inspect'), source: SourcePaths, reading: Reading.optional() })

export type InspectJob = z.infer<typeof InspectJob>

export const ImportJob = z.object({
  kind: z.literal('import'),
  datasetId: z.string(),
  source: SourcePaths,
  options: ImportOptions,
  /** Absolute `datasets/<id>`: packs, thumbnails, copies. */
  folder: z.string(),
})
export type ImportJob = z.infer<typeof ImportJob>

export const PredictJob = z.object({
  kind: z.literal('predict'),
  model: ModelFiles,
  /** Files (images or one CSV), folders walked for images, or several of these as one folder; absolute. */
  sources: z.array(SourcePaths),
  /** Items of a dataset instead of files. */
  items: z.object({ pack: z.string().nullable(), items: z.array(ManifestItem) }).nullable(),
  /** Write every row there; without it rows come back as messages. */
  csv: z.string().nullable(),
  threads: z.int(),
})
export type PredictJob = z.infer<typeof PredictJob>

/** What a model looks at in one picture. */
export const ExplainJob = z.object({
  kind: z.literal('explain'),
  model: ModelFiles,
  /** A file, or a row of a pack; absolute. */
  picture: z.object({ path: z.string().nullable(), pack: z.string().nullable(), row: z.int().nullable() }),
  /** The item's label per head; empty: it is no item. */
  labels: z.array(LabelValue),
  ask: ExplainInput.omit({ runId: true, source: true, datasetId: true, itemId: true }),
  threads: z.int(),
})
export type ExplainJob = z.infer<typeof ExplainJob>

/** Reads a file with a model from elsewhere; `target` null: only says what is there. */
export const ImportModelJob = z.object({
  kind: z.literal('import-model'),
  /** A file or a folder; absolute. */
  source: z.object({ path: z.string(), family: z.string().nullable(), inputSize: z.int().nullable() }),
  /** null: as the file says. */
  preparation: Preparation.nullable(),
  /** A file with the names of the classes; absolute. */
  labels: z.string().nullable(),
  /** Class names of ImageNet, for families whose weights are made for them. */
  imageNet: z.array(z.string()),
  photo: z.object({ path: z.string().nullable(), pack: z.string().nullable(), row: z.int().nullable() }).nullable(),
  target: z
    .object({
      /** Absolute `models/<name>`. */
      folder: z.string(),
      title: z.string(),
      importedAt: z.string(),
      licence: z.string().nullable(),
      trainedOn: z.string().nullable(),
    })
    .nullable(),
})
export type ImportModelJob = z.infer<typeof ImportModelJob>

/** Chooses another preparation for an imported model in its folder. */
export const PrepareModelJob = z.object({
  kind: z.literal('prepare-model'),
  folder: z.string(),
  preparation: Preparation,
})
export type PrepareModelJob = z.infer<typeof PrepareModelJob>

/** Raw numbers through a network: what is in `input` goes to the first layer as it is. */
export const RunModelJob = z.object({
  kind: z.literal('run-model'),
  network: Network,
  weights: WeightsRef,
  /** The first kernel was turned round, so the input is, too: what comes out is what the source's own program gives. */
  isBgr: z.boolean(),
  input: z.string(),
  output: z.string(),
  /** By name or title; none: the outputs. */
  layers: z.array(z.string()),
  threads: z.int(),
})
export type RunModelJob = z.infer<typeof RunModelJob>

/** How fast a network is here, with weights of its own making: they do not count. */
export const MeasureSpeedJob = z.object({ kind: z.literal('measure-speed'), network: Network, threads: z.int() })
export type MeasureSpeedJob = z.infer<typeof MeasureSpeedJob>

/** How fast the frozen part of a spec is in each precision, and how near their features are to float32's. `folder` is its own and temporary; the
 *  manifest has the items that are looked at. */
export const MeasurePrecisionJob = TrainJob.omit({ kind: true, runId: true, resume: true }).extend({
  kind: z.literal('measure-precision'),
})
export type MeasurePrecisionJob = z.infer<typeof MeasurePrecisionJob>

export const ExportJob = z.object({
  kind: z.literal('export'),
  format: z.string(),
  /** Values of the format's own fields; absent: their defaults. */
  options: z.record(z.string(), z.unknown()).optional(),
  model: ModelFiles,
  /** Absolute, empty or missing: files are written to a temporary neighbour first. */
  folder: z.string(),
  /** Real samples for the proof, from the run's test (or validation) split. */
  samples: z.object({
    pack: z.string().nullable(),
    items: z.array(ManifestItem),
    /** Of the training split, for what is calibrated on them; absent: nothing is. */
    calibration: z.array(ManifestItem).optional(),
  }),
  /** What the heads were trained on; absent: no features were cached. `calibration`: of int8, where the frozen part is as it was then. */
  features: TrainedFeatures.extend({ calibration: Calibration.nullable() }).optional(),
  /** Absolute: where rounded weights of calibrations are; absent: ranges alone are known. */
  cacheFolder: z.string().optional(),
  /** For the model card. */
  card: z.object({
    title: z.string(),
    lines: z.array(z.object({ label: z.string(), value: z.string() })),
    licences: z.array(z.string()),
    /** For the card as a page; without it there is none. */
    details: CardDetails.optional(),
  }),
})
export type ExportJob = z.infer<typeof ExportJob>

/** Loads an export in a clean process and answers its outputs for given inputs. */
export const VerifyJob = z.object({
  kind: z.literal('verify'),
  format: z.string(),
  folder: z.string(),
  inputs: z.string().describe('safetensors file with `x`'),
})
export type VerifyJob = z.infer<typeof VerifyJob>

/** Runs the program beside an export on files, as a user would, and answers what it printed. */
export const ProgramJob = z.object({
  kind: z.literal('program'),
  language: z.enum(['python', 'javascript']),
  folder: z.string(),
  files: z.array(z.string()).describe('absolute; pictures, or one table'),
  heads: Manifest.shape.heads,
})
export type ProgramJob = z.infer<typeof ProgramJob>

/** What the program answered, [head][sample][value], or why it was not run. */
export const ProgramAnswer = z.union([
  z.object({ outputs: z.array(z.array(z.array(z.number()))), runtime: z.string(), msPerImage: z.number() }),
  z.object({ notRun: z.string() }),
])
export type ProgramAnswer = z.infer<typeof ProgramAnswer>

/** Holds the features of a dataset and answers questions about them (`ask`) until it is told to stop: labelling (contract/labelling.ts). */
export const LabelJob = z.object({
  kind: z.literal('label'),
  /** Absolute; its own and temporary. */
  folder: z.string(),
  cacheFolder: z.string(),
  cacheLimitBytes: z.number(),
  network: Network,
  preprocessing: Preprocessing,
  weights: WeightsRef,
  manifest: z.string().describe('absolute path of manifest.json: every item, in order, whatever its label'),
  threads: z.int(),
})
export type LabelJob = z.infer<typeof LabelJob>

export const TrainerJob = z.discriminatedUnion('kind', [
  TrainJob,
  AnalyseJob,
  InspectJob,
  ImportJob,
  ImportModelJob,
  PrepareModelJob,
  RunModelJob,
  MeasureSpeedJob,
  MeasurePrecisionJob,
  PredictJob,
  ExplainJob,
  ExportJob,
  VerifyJob,
  ProgramJob,
  LabelJob,
])
export type TrainerJob = z.infer<typeof TrainerJob>

export const ParentMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), job: TrainerJob }),
  /** pause and stop: at the next step, write a checkpoint, then end with `done`. cancel: leave at once, results are dropped. */
  z.object({ type: z.literal('control'), action: z.enum(['pause', 'stop', 'cancel']) }),
  /** Answers `verify`: what the other process said (outputs, or a program's answer), or why it could not. */
  z.object({
    type: z.literal('verification'),
    outputs: z.array(z.array(z.array(z.number()))).nullable(),
    answer: ProgramAnswer.nullable().optional(),
    error: z.string().nullable(),
  }),
  /** To a label job that is `ready-to-label`: one question, answered by `answer` or `refused` with the same id. */
  z.object({ type: z.literal('ask'), id: z.int(), question: LabelQuestion }),
  /** Answers `sync`. */
  z.object({ type: z.literal('synced'), id: z.int() }),
  /** The last message has arrived: the child may go. Before it the child stays, so that nothing under way is lost. */
  z.object({ type: z.literal('leave') }),
])
export type ParentMessage = z.infer<typeof ParentMessage>

/** One metric point: [series index, step, epoch, seconds, value]. */
const Point = z.tuple([z.int(), z.number(), z.number(), z.number(), z.number()])

export const ImportedItem = Item.omit({ id: true, split: true, duplicateOf: true }).extend({
  /** Absolute path when referenced or copied; null when packed. */
  path: z.string().nullable(),
  row: z.int().nullable(),
  /** Where its thumbnail lies in thumbs.bin; null: drawn from the pack. */
  thumb: z.object({ offset: z.int(), length: z.int() }).nullable(),
  /** Given by the source (e.g. train/ and test/ folders, IDX test pair); null: Graft splits. */
  split: Split.nullable(),
})
export type ImportedItem = z.infer<typeof ImportedItem>

export const ChildMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), pid: z.int(), versions: z.record(z.string(), z.string()) }),
  z.object({ type: z.literal('heartbeat'), memoryBytes: z.number() }),
  z.object({ type: z.literal('log'), level: z.enum(['info', 'warn', 'error']), text: z.string() }),
  z.object({ type: z.literal('progress'), done: z.number(), total: z.number().nullable(), message: z.string() }),
  z
    .object({ type: z.literal('sync'), id: z.int() })
    .describe('asks to be told once everything that was sent before is recorded'),
  // --- training
  z
    .object({ type: z.literal('series'), names: z.array(z.string()) })
    .describe('names by index, sent before their first point; grows'),
  z.object({
    type: z.literal('step'),
    phase: z.string(),
    epoch: z.number(),
    step: z.int(),
    stepsPerEpoch: z.int(),
    progress: z.number(),
    samplesPerSecond: z.number().nullable(),
    secondsLeft: z.number().nullable(),
    seconds: z.number(),
    memoryBytes: z.number(),
    points: z.array(Point),
  }),
  z.object({
    type: z.literal('epoch'),
    epoch: z.int(),
    seconds: z.number(),
    samplesPerSecond: z.number().nullable().default(null).describe('of training, without validation'),
    waitShare: z.number().nullable().default(null).describe('share of training time spent waiting for data, 0..1'),
    engine: z.enum(['compiled', 'eager']).nullable().default('eager').describe('null: there are no steps to compile'),
    metrics: z.record(z.string(), z.number()),
  }),
  z
    .object({ type: z.literal('kept'), epoch: z.int() })
    .describe('the weights are again those after this epoch: what was measured then is what they are worth'),
  /** From here a resume goes on; metric points with a later step are dropped by the parent before it does. */
  z.object({ type: z.literal('checkpoint'), path: z.string(), epoch: z.int(), step: z.int() }),
  z.object({
    type: z.literal('cache'),
    layer: z.string(),
    items: z.int(),
    hits: z.int(),
    bytes: z.number(),
    seconds: z.number(),
    precision: PrefixPrecision.default('float32'),
  }),
  /** Once a phase that computes features in a lower precision, after `cache`. */
  z.object({ type: z.literal('feature-agreement'), agreement: FeatureAgreement }),
  z.object({ type: z.literal('calibration'), calibration: Calibration }),
  z.object({
    type: z.literal('precision-report'),
    report: PrecisionReport.pick({ bound: true, layer: true, options: true, calibration: true }),
  }),
  z
    .object({
      type: z.literal('agreement'),
      samples: z.int(),
      top1: z.number().nullable(),
      maxDifference: z.number(),
    })
    .describe('the trained network on features of lower precision against the same in float32 throughout'),
  z.object({ type: z.literal('weights'), changes: z.array(WeightChange) }),
  z.object({ type: z.literal('exhibit'), exhibit: Exhibit }),
  /** In slices; the first slice replaces the split and head of the run. */
  z.object({
    type: z.literal('predictions'),
    split: Split,
    head: z.string(),
    rows: z.array(Prediction),
    first: z.boolean(),
  }),
  // --- import
  z.object({ type: z.literal('inspection'), inspection: SourceInspection }),
  z.object({ type: z.literal('items'), items: z.array(ImportedItem) }),
  z.object({ type: z.literal('problems'), problems: z.array(ImportProblem) }),
  z.object({
    type: z.literal('schema'),
    kind: z.enum(['image', 'table']),
    pack: z.string().nullable(),
    labelColumns: z.array(LabelColumn),
    featureColumns: z.array(FeatureColumn),
    split: SplitPlan.optional().describe('the source is a dataset that was exported: its items stay in their splits'),
  }),
  z.object({ type: z.literal('model'), inspection: ModelInspection }),
  z.object({ type: z.literal('speed'), imagesPerSecond: z.number() }),
  // --- prediction, export, verification
  z.object({ type: z.literal('predicted'), rows: z.array(ImagePrediction) }),
  z.object({ type: z.literal('explained'), explanation: Explanation }),
  z.object({
    type: z.literal('exported'),
    files: z.array(z.object({ name: z.string(), sizeBytes: z.number(), sha256: z.string() })),
    proof: ExportProof,
  }),
  z
    .object({ type: z.literal('verify'), job: z.discriminatedUnion('kind', [VerifyJob, ProgramJob]) })
    .describe('asks the parent to run this in a process of its own (base/relay-verification.ts)'),
  z
    .object({ type: z.literal('verified'), outputs: z.array(z.array(z.array(z.number()))) })
    .describe('[head][sample][value]'),
  z.object({ type: z.literal('answered'), answer: ProgramAnswer }),
  // --- analysis, beside its exhibits
  z.object({
    type: z.literal('finding'),
    words: z.string(),
    facts: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
    suggestions: z.array(z.object({ title: z.string(), patch: z.record(z.string(), z.unknown()) })),
  }),
  // --- labelling
  z.object({
    type: z.literal('ready-to-label'),
    items: z.int(),
    dimensions: z.int(),
    seconds: z.number(),
    hits: z.int().describe('items whose features were in the cache'),
    unreadable: z
      .array(z.object({ row: z.int(), reason: z.string() }))
      .describe('items whose picture cannot be read: their features are zeros'),
  }),
  z.object({ type: z.literal('answer'), id: z.int(), answer: LabelAnswer }),
  z.object({
    type: z.literal('refused'),
    id: z.int(),
    error: z.object({ code: z.string(), message: z.string(), fix: z.string().optional() }),
  }),
  // --- end
  z.object({ type: z.literal('done'), outcome: z.enum(['finished', 'paused', 'stopped', 'cancelled']) }),
  z.object({
    type: z.literal('failed'),
    error: z.object({
      code: z.string(),
      message: z.string(),
      fix: z.string().optional(),
      details: z.record(z.string(), z.unknown()).optional(),
    }),
    stack: z.string().optional(),
  }),
])
export type ChildMessage = z.infer<typeof ChildMessage>
