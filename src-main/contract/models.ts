import { z } from 'zod'
import { command, event, request } from './define.ts'
import { ExplainInput, Explanation } from './explanations.ts'
import { ImportedFacts, ModelInspection, Preparation } from './imports.ts'
import { LayerFacts, LayerState, Network, Preprocessing } from './network.ts'
import { Variant } from './params.ts'
import { TrainedFeatures } from './precision.ts'
import { PrefixPrecision } from './prefix-precision.ts'
import { BaseRef, ExperimentSpec } from './spec.ts'
import { SourceRef, Sources } from './workspace.ts'

/** How fast a network was on this computer: forward, batches of 32, at its default input. */
export const Speed = z.object({ imagesPerSecond: z.number(), measuredAt: z.string() })
export type Speed = z.infer<typeof Speed>

export const BaseModel = z.object({
  /** What a spec's `base` says: a name, or an architecture's name. */
  id: z.string(),
  kind: z.enum(['pretrained', 'imported', 'architecture', 'trained']),
  title: z.string(),
  description: z.string(),
  /** At its default input. */
  parameters: z.int(),
  /** At its default input, for one sample, forward. */
  multiplyAdds: z.number(),
  /** null: not measured on this computer (`models.measure`). */
  speed: Speed.nullable(),
  sizeBytes: z.number().nullable(),
  inputs: z.enum(['image', 'table', 'any']),
  defaultInputSize: z.int().nullable(),
  inputSizes: z.array(z.int()),
  channels: z.array(z.int()),
  licence: z.string().nullable(),
  /** The data that its weights were trained on, in words; null: not known, or fresh weights. */
  trainedOn: z.string().nullable(),
  sha256: z.string().nullable(),
  /** Its classes and its preparation are known: it answers as it is. */
  canPredict: z.boolean(),
  /** Trained models: the run, its dataset and its score. */
  run: z
    .object({
      runId: z.string(),
      dataset: z.string(),
      metric: z.string(),
      value: z.number().nullable(),
      finishedAt: z.string().nullable(),
      /** In what the features were computed that its heads were trained on; null: none were cached, or what computed them was trained later. */
      features: PrefixPrecision.nullable(),
      /** Formats that it can be exported in. */
      exports: z.array(z.string()),
      /** Formats that have no form for one of its layers, and which. */
      refusedExports: z.array(z.object({ format: z.string(), reason: z.string() })),
      /** Why it cannot be used (a damaged file); null: it can. */
      problem: z.string().nullable(),
    })
    .nullable(),
  /** Imported models: where it is from, and what the user should know. */
  imported: ImportedFacts.nullable(),
  /** Architectures: the form of their options. */
  variant: Variant.nullable(),
})
export type BaseModel = z.infer<typeof BaseModel>

export const PlanProblem = z.object({
  level: z.enum(['block', 'warn']),
  code: z.string(),
  message: z.string(),
  /** A change of the spec that mends it, by path, offered as a button. */
  fix: z.object({ title: z.string(), patch: z.record(z.string(), z.unknown()) }).nullable(),
})
export type PlanProblem = z.infer<typeof PlanProblem>

/** A spec resolved against its base and dataset, without training anything. */
export const ResolvedPlan = z.object({
  network: Network,
  facts: z.array(LayerFacts),
  /** One entry per layer of `network`. */
  states: z.record(z.string(), LayerState),
  /** Last layer of the frozen prefix that runs once and is cached; null when nothing can be cached. */
  cachedUpTo: z.string().nullable(),
  parameters: z.object({ total: z.int(), trainable: z.int(), frozen: z.int(), fresh: z.int() }),
  preprocessing: Preprocessing,
  problems: z.array(PlanProblem),
  /** Training time on this computer; `basis` says from what it is estimated. */
  estimate: z.object({ seconds: z.number(), basis: z.string() }).nullable(),
})
export type ResolvedPlan = z.infer<typeof ResolvedPlan>

/** Everything choosable in a spec, with forms; the same list feeds the window, the command line and the docs. */
export const Catalog = z.object({
  strategies: z.array(Variant),
  optimizers: z.array(Variant),
  schedules: z.array(Variant),
  architectures: z.array(Variant),
  exporters: z.array(Variant),
  /** Measurements before a run (`analyses.start`). */
  analyses: z.array(Variant),
  presets: z.array(
    z.object({ id: z.string(), label: z.string(), help: z.string(), patch: z.record(z.string(), z.unknown()) }),
  ),
  /** Terms explained in place: term -> one sentence. */
  glossary: z.record(z.string(), z.string()),
})
export type Catalog = z.infer<typeof Catalog>

export const ImagePrediction = z.object({
  name: z.string(),
  error: z.string().nullable(),
  /** What is doubtful about it: a category that the model has never met, which counts as none of its own. */
  warning: z.string().nullable(),
  /** Per head: classification gives classes sorted by probability, regression `value`, tags the same as classes, with `thresholds`. */
  heads: z.array(
    z.object({
      head: z.string(),
      classes: z.array(z.object({ name: z.string(), probability: z.number() })),
      value: z.number().nullable(),
      /** Of tags, by name: from which probability on each is said to be there. */
      thresholds: z.record(z.string(), z.number()).optional(),
    }),
  ),
})
export type ImagePrediction = z.infer<typeof ImagePrediction>

/** The shipped program, run on files of the test split: its answers beside Graft's own. */
export const ProgramProof = z.union([
  z.object({
    language: z.enum(['python', 'javascript']),
    /** "Python 3.13.1". */
    runtime: z.string(),
    /** Pictures, or rows of a table. */
    files: z.int(),
    /** Of any probability; of numbers in standard deviations of their target. */
    maxDifference: z.number(),
    /** Share of classifications with the same most probable class, 0..1. */
    sameClass: z.number(),
    /** Reading and answering, without loading the model. */
    msPerImage: z.number(),
    /** Shares of those that are labelled; null: none is, or weights are kept in full. */
    accuracy: z.object({ labelled: z.int(), graft: z.number(), exported: z.number() }).nullable(),
  }),
  z.object({ notRun: z.string().describe('why') }),
])
export type ProgramProof = z.infer<typeof ProgramProof>

export const ExportProof = z.object({
  /** 0: Graft has no runtime of the format. */
  samples: z.int(),
  /** null: see `samples`. */
  maxDifference: z.number().nullable(),
  sameTop1: z.number().nullable(),
  /** Absent: there is no such program, or the export is from before there were any. */
  program: ProgramProof.optional(),
  /** What the heads were trained on; absent: no features were cached, or the export is from before it was told. */
  trainedOn: TrainedFeatures.optional(),
})
export type ExportProof = z.infer<typeof ExportProof>

export const ExportRecord = z.object({
  id: z.string(),
  runId: z.string(),
  format: z.string(),
  folder: z.string(),
  files: z.array(z.object({ name: z.string(), sizeBytes: z.number(), sha256: z.string() })),
  createdAt: z.string(),
  /** Values of the format's fields, all of them; {}: of an export of before there were any. */
  options: z.record(z.string(), z.unknown()),
  /** What the user says that the model is for; stands on the card. */
  intendedUse: z.string().nullable(),
  /** The export loaded again in a clean process: largest absolute difference of the outputs over real samples, of
   *  numbers in standard deviations of their target. */
  proof: ExportProof,
})
export type ExportRecord = z.infer<typeof ExportRecord>

export const models = {
  list: request(z.strictObject({}), z.array(BaseModel)),
  catalog: request(z.strictObject({}), Catalog),
  /** The base network alone, as drawn before any plan. `like` takes input channels and size from a dataset. */
  describe: request(
    z.strictObject({ base: BaseRef, dataset: z.string().optional(), inputSize: z.int().optional() }),
    z.object({ network: Network, facts: z.array(LayerFacts), preprocessing: Preprocessing, title: z.string() }),
  ),
  /** Resolves a spec as far as it goes: states, counts, cut, problems, estimated time. Never throws for a bad plan: problems say it. */
  plan: request(z.strictObject({ spec: ExperimentSpec }), ResolvedPlan),
  /** Which layers a pattern matches, while it is typed. */
  match: request(
    z.strictObject({ base: BaseRef, dataset: z.string().optional(), pattern: z.string() }),
    z.object({ layers: z.array(z.string()), error: z.string().nullable() }),
  ),
  /** A model on files or on items of a dataset (at most 64 at once). `runId`: a run, or the id of a base model whose classes are known. */
  predict: request(
    z.strictObject({
      runId: z.string(),
      sources: z.array(SourceRef).max(64).optional(),
      datasetId: z.string().optional(),
      itemIds: z.array(z.int()).max(64).optional(),
    }),
    z.array(ImagePrediction),
  ),
  /** What a model of pictures looks at in one of them: heat over what it sees. Errors: E_EXPLAIN where the network, the class, the layer or the patch
   *  does not allow it. */
  explain: request(ExplainInput, Explanation),
  /** A whole folder, table or dataset, or several files and folders, to a CSV: path, predicted class, a probability per class. Starts a
   *  job. `csv`: a file, or a folder for one of the usual name; absent: the workspace's exports. */
  predictFolder: command(
    z.strictObject({ runId: z.string(), source: Sources, csv: z.string().optional() }),
    z.object({ jobId: z.string() }),
  ),
  /** `folder`: an empty or missing one; absent: a new one among the workspace's exports. `options`: values of the format's fields
   *  (catalog.exporters). Starts a job. */
  export: command(
    z.strictObject({
      runId: z.string(),
      format: z.string(),
      folder: z.string().optional(),
      options: z.record(z.string(), z.unknown()).optional(),
      intendedUse: z.string().trim().max(5000).optional().describe('what the model is for, on its card'),
    }),
    z.object({ jobId: z.string() }),
  ),
  exports: request(z.strictObject({ runId: z.string().optional() }), z.array(ExportRecord)),
  /** What is in a file with a model from elsewhere; nothing is kept. `photo`: one to show the most likely classes of, prepared as
   *  `preparation` says (absent: as the file does). `family`, `inputSize`: for files that hold weights alone. */
  inspectFile: request(
    z.strictObject({
      source: SourceRef,
      family: z.string().optional(),
      inputSize: z.int().min(8).max(2048).optional(),
      labels: SourceRef.optional(),
      preparation: Preparation.optional(),
      photo: z
        .discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('file'), source: SourceRef }),
          z.strictObject({ kind: z.literal('item'), datasetId: z.string(), itemId: z.int() }),
        ])
        .optional(),
    }),
    ModelInspection,
  ),
  /** Takes such a file as a base model. Starts a job, whose result is what was seen and `modelId`. `labels`: a file with the names of its classes;
   *  `shared`: on the shelf of all workspaces of this user. Errors: E_MODEL_NAME for a name that is taken. */
  import: command(
    z.strictObject({
      source: SourceRef,
      name: z.string().trim().min(1).max(100).optional(),
      family: z.string().optional(),
      inputSize: z.int().min(8).max(2048).optional(),
      labels: SourceRef.optional(),
      preparation: Preparation.optional(),
      licence: z.string().max(20_000).optional(),
      trainedOn: z.string().trim().max(300).optional(),
      shared: z.boolean().optional(),
    }),
    z.object({ jobId: z.string() }),
  ),
  /** Chooses how the pixels of an imported model are prepared. Errors: E_RUN_STATE while a run that has not ended needs it. */
  setPreparation: command(z.strictObject({ modelId: z.string(), preparation: Preparation }), BaseModel),
  rename: command(z.strictObject({ modelId: z.string(), name: z.string().trim().min(1).max(100) }), BaseModel),
  /** Removes an imported model. Errors: E_RUN_STATE while a run that has not ended needs it. */
  remove: command(z.strictObject({ modelId: z.string() }), z.object({})),
  /** Raw numbers through any model with weights: `input` of a safetensors file, (N, H, W, C), to a file with a tensor for each layer
   *  asked for, or each output. Starts a job, whose result is `{ output, tensors }`. */
  run: command(
    z.strictObject({
      model: z.string(),
      input: SourceRef,
      output: SourceRef,
      layers: z.array(z.string()).max(1000).optional(),
    }),
    z.object({ jobId: z.string() }),
  ),
  /** Measures how fast a base model or an architecture is on this computer, and keeps it for all workspaces of this user. Starts a job, whose
   *  result is a Speed. Errors: E_RUN_STATE while a run trains, which would be measured along. */
  measure: command(z.strictObject({ modelId: z.string() }), z.object({ jobId: z.string() })),
  /** A model of the list appeared, changed or went away. */
  changed: event(z.object({})),
} as const
