import { z } from 'zod'
import { LabelType } from './datasets.ts'
import { Decoding } from './decoding.ts'
import { PrefixPrecision } from './prefix-precision.ts'
import { NewLayer, Selection } from './network.ts'

/** An architecture built from its description with fresh weights. */
export const ArchitectureRef = z.strictObject({
  architecture: z
    .string()
    .describe(
      'lenet, mlp, resnet18, wide-resnet, mobilenetv2, vit-tiny-16, vit-small-16, convnext-tiny, resnet34, resnet50, efficientnet-b0 or mobilenetv3-large',
    ),
  inputSize: z.int().min(8).max(512).optional(),
  channels: z.union([z.literal(1), z.literal(3)]).optional(),
  /** Further parameters of the architecture, e.g. `hidden` of the MLP. */
  options: z.record(z.string(), z.unknown()).optional(),
})
export type ArchitectureRef = z.infer<typeof ArchitectureRef>

/** A base model by name (`efficientnet-lite0`), a trained model of the workspace (`run:<runId>`), or an architecture. */
export const BaseRef = z.union([z.string().min(1), ArchitectureRef])
export type BaseRef = z.infer<typeof BaseRef>

export const HeadSpec = z.strictObject({
  name: z.string().min(1),
  column: z.string().min(1),
  type: LabelType,
  weight: z.number().positive().default(1),
})
export type HeadSpec = z.infer<typeof HeadSpec>

/** Strategy, optimizer and schedule: `type` plus the parameters that the variant's own schema (learning/catalog.ts) allows. */
const variantSpec = z.looseObject({ type: z.string() })

export const AugmentSpec = z.strictObject({
  flip: z.boolean().default(false).describe('mirror left-right with probability 1/2'),
  crop: z.number().min(0.3).max(1).default(1).describe('smallest side of a random crop, as a share of the image'),
  shift: z.number().min(0).max(0.5).default(0).describe('largest shift to each side, as a share of the image'),
  rotate: z.number().min(0).max(180).default(0).describe('largest rotation in degrees'),
  colour: z.number().min(0).max(1).default(0).describe('strength of brightness, contrast and saturation jitter'),
  cutout: z.number().min(0).max(0.75).default(0).describe('side of a square that is blanked, as a share of the image'),
  mixup: z.number().min(0).max(2).default(0).describe('alpha of the Beta distribution by which two samples are mixed'),
  copies: z.int().min(1).max(32).default(1).describe('cached augmented copies per image for frozen features'),
})
export type AugmentSpec = z.infer<typeof AugmentSpec>

export const ExperimentSpec = z.strictObject({
  name: z.string().max(200).default(''),
  seed: z.int().min(0).max(2_147_483_647).default(1),
  /** Name or id of a dataset of the workspace. */
  dataset: z.string().min(1),
  /** Absent: the newest version when the run is queued; the run records which. */
  datasetVersion: z.int().min(1).optional(),
  /** Versions of the further datasets that the strategy's parameters name; the run records which were newest when it was queued. */
  versions: z.record(z.string(), z.int().min(1)).optional(),
  /** Trains as if no more items were labelled than these: the same number of each class where that is possible, drawn by the seed. The
   *  other training items count as unlabelled. */
  labelLimit: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'use only so many labelled training items, balanced over classes; the rest count as unlabelled. null: all',
    ),
  base: BaseRef,
  /** Side in pixels at which a base model without a fixed size is run. */
  inputSize: z.int().min(8).max(512).optional(),
  /** The base network's last layer that is kept; the default is its features layer. */
  cut: z.string().optional(),
  /** Replaces single layers in the middle; the layer and those it feeds whose shapes change become fresh. */
  replace: z.array(z.strictObject({ layer: z.string(), with: NewLayer })).default([]),
  /** After the cut, before the heads. */
  newLayers: z.array(NewLayer).default([]),
  /** Layers whose weights come from the base (default: all). The others are fresh. */
  reuse: Selection.optional(),
  /** Reused layers that are not trained. */
  freeze: Selection.optional(),
  /** Reused layers that are trained; given, every other reused layer is frozen. */
  train: Selection.optional(),
  heads: z.array(HeadSpec).default([]).describe('empty: one head for the first label column'),
  strategy: variantSpec,
  optimizer: variantSpec.default({ type: 'adam' }),
  schedule: variantSpec.default({ type: 'constant' }),
  epochs: z.int().min(1).max(10_000).default(10),
  batchSize: z.int().min(1).max(4096).default(32),
  augment: AugmentSpec.default({
    flip: false,
    crop: 1,
    shift: 0,
    rotate: 0,
    colour: 0,
    cutout: 0,
    mixup: 0,
    copies: 1,
  }),
  classWeights: z.enum(['none', 'balanced']).default('none'),
  labelSmoothing: z
    .number()
    .min(0)
    .max(0.5)
    .default(0)
    .describe('share of each label that is spread over all classes (Szegedy et al. 2016)'),
  gradientClip: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('largest norm of all gradients together; longer ones are scaled down (Pascanu et al. 2013). null: off'),
  accumulate: z.int().min(1).max(1024).default(1).describe('batches whose gradients are averaged into one update'),
  weightAverage: z
    .number()
    .min(0.5)
    .max(0.99999)
    .nullable()
    .default(null)
    .describe(
      'decay of the running average of the weights that is evaluated and saved (Polyak, Juditsky 1992). null: off',
    ),
  prefixPrecision: PrefixPrecision.default('float32').describe(
    'number format in which the frozen part computes cached features; bfloat16 and int8 only where the CPU has them',
  ),
  decoding: Decoding.default('exact').describe(
    'how photographs are read: exact, at their full size; fast, large JPEG files shrunk while they are decoded, which changes pixels by a few levels of 255',
  ),
  earlyStopping: z
    .strictObject({
      metric: z
        .enum(['validation.loss', 'validation.accuracy', 'validation.meanAveragePrecision'])
        .default('validation.loss'),
      patience: z.int().min(1).max(1000).default(5),
      restoreBest: z.boolean().default(true),
    })
    .nullable()
    .default(null),
})
/** As checked: every default filled in. */
export type ExperimentSpec = z.output<typeof ExperimentSpec>
/** As written by a user. */
export type ExperimentSpecInput = z.input<typeof ExperimentSpec>
