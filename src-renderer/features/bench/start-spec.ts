import type { Dataset } from '@contract/datasets.ts'
import type { BaseModel } from '@contract/models.ts'
import type { Variant } from '@contract/params.ts'
import type { BaseRef, ExperimentSpecInput } from '@contract/spec.ts'
import { followStrategy } from './strategy-name.ts'

/** What a spec says for a model of the list: architectures are built, everything else is named. */
export function baseRefOf(base: BaseModel): BaseRef {
  return base.kind === 'architecture' ? { architecture: base.id } : base.id
}

/** The model of the list that a spec's base means. */
export function baseModelOf(bases: readonly BaseModel[], ref: BaseRef | undefined): BaseModel | null {
  const id = typeof ref === 'string' ? ref : ref?.architecture
  return bases.find((base) => base.id === id || base.run?.runId === id) ?? null
}

/** Bases that can take the dataset's items. */
export function basesFor(bases: readonly BaseModel[], kind: Dataset['kind'] | null): BaseModel[] {
  return bases.filter((base) => kind === null || base.inputs === 'any' || base.inputs === kind)
}

/** Below this side a network made for 224 pixels mostly looks at enlargement, and a small one learns in less time. */
const TINY_IMAGE = 48

/** First spec for a dataset: the shipped pretrained model with its features taken as they are; for tiny images a small
 *  network of their own size; for a table the first network that takes one. A baseline that every later run is compared with. */
export function startSpec(dataset: Dataset | null, bases: readonly BaseModel[]): ExperimentSpecInput {
  const usable = basesFor(bases, dataset?.kind ?? null)
  const size = dataset?.imageSize ?? null
  const isTiny = size !== null && Math.max(size.width, size.height) <= TINY_IMAGE
  const small = isTiny ? usable.find((candidate) => candidate.id === 'lenet') : undefined
  const base = small ?? usable.find((candidate) => candidate.kind === 'pretrained') ?? usable[0] ?? bases[0]
  const plain: ExperimentSpecInput = {
    name: dataset ? `${dataset.name}, first try` : '',
    dataset: dataset?.name ?? '',
    base: base ? baseRefOf(base) : '',
    strategy: { type: 'fine-tuning' },
    optimizer: { type: 'adam', learningRate: 0.001 },
    epochs: 10,
    batchSize: 32,
  }
  return base ? withBase(plain, base) : plain
}

/** Another base: what named layers of the old one goes; a base with weights starts frozen, one without trains as a whole. */
export function withBase(
  spec: ExperimentSpecInput,
  base: BaseModel,
  ref: BaseRef = baseRefOf(base),
): ExperimentSpecInput {
  const { cut: _c, replace: _p, reuse: _r, freeze: _f, train: _t, inputSize: _i, ...rest } = spec
  if (base.kind === 'architecture') return { ...rest, base: ref, strategy: { type: 'fine-tuning', headEpochs: 0 } }
  return { ...rest, base: ref, freeze: { all: true }, strategy: extraction(spec) }
}

/** A linear head has an optimum, which is found in seconds; one behind new layers learns step by step. */
function extraction({ newLayers = [] }: ExperimentSpecInput): ExperimentSpecInput['strategy'] {
  return { type: 'feature-extraction', head: newLayers.length === 0 ? 'converged' : 'gradual' }
}

/** Another dataset: heads go back to its own label columns. The base changes when it cannot take the items, and when an
 *  experiment that nobody has named yet brings a network for tables to images. */
export function withDataset(
  spec: ExperimentSpecInput,
  dataset: Dataset,
  bases: readonly BaseModel[],
): ExperimentSpecInput {
  const base = baseModelOf(bases, spec.base)
  const { datasetVersion: _v, heads: _h, ...rest } = spec
  const isFirstTry = /, first try$/.test(spec.name ?? '') || !spec.name
  const isForTables = base?.inputs === 'any' && dataset.kind === 'image'
  const fits = base !== null && basesFor([base], dataset.kind).length > 0 && !(isFirstTry && isForTables)
  const name = isFirstTry ? `${dataset.name}, first try` : spec.name
  if (fits) return { ...rest, name, dataset: dataset.name }
  return { ...startSpec(dataset, bases), name }
}

/** Another strategy. Feature extraction freezes everything reused; leaving it frees the last blocks, since fine-tuning
 *  with everything frozen would train nothing but the head. What both strategies name alike (a teacher, a target) is kept; a name that
 *  Graft made says the new one. */
export function withStrategy(
  spec: ExperimentSpecInput,
  type: string,
  isPretrained: boolean,
  variants: readonly Variant[] = [],
): ExperimentSpecInput {
  return followStrategy(spec, strategyChanged(spec, type, isPretrained, variants), variants)
}

function strategyChanged(
  spec: ExperimentSpecInput,
  type: string,
  isPretrained: boolean,
  variants: readonly Variant[],
): ExperimentSpecInput {
  const { freeze, train, ...rest } = spec
  const kept = keptValues(spec.strategy, variants, type)
  if (type === 'feature-extraction' && isPretrained)
    return { ...rest, strategy: extraction(spec), freeze: { all: true } }
  const isAllFrozen = spec.strategy.type === 'feature-extraction' && (freeze === undefined || freeze.all === true)
  if (isAllFrozen && isPretrained) {
    const rate = type === 'fine-tuning' ? { unfreezeLearningRate: 0.0001 } : {}
    return { ...rest, strategy: { type, ...kept, ...rate }, train: { lastBlocks: 2 } }
  }
  return { ...rest, strategy: { type, ...kept }, ...(freeze ? { freeze } : {}), ...(train ? { train } : {}) }
}

/** Fields that name something of the workspace, where the new strategy has the same. */
function keptValues(
  before: ExperimentSpecInput['strategy'],
  variants: readonly Variant[],
  type: string,
): Record<string, unknown> {
  const fieldsOf = (of: string) => variants.find((one) => one.type === of)?.fields ?? []
  const old = new Map(fieldsOf(before.type).map((field) => [field.name, field.type]))
  const kept = fieldsOf(type).filter(
    (field) => ['model', 'models', 'dataset'].includes(field.type) && old.get(field.name) === field.type,
  )
  return Object.fromEntries(kept.flatMap(({ name }) => (before[name] === undefined ? [] : [[name, before[name]]])))
}
