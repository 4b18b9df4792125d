import { GraftError } from '../../contract/errors.ts'
import type { Network, Preprocessing } from '../../contract/network.ts'
import type { ArchitectureRef, BaseRef } from '../../contract/spec.ts'
import type { WeightsRef } from '../../contract/trainer.ts'
import type { Architecture, ArchitectureInput } from '../architectures/architecture.ts'
import { ARCHITECTURES } from '../architectures/index.ts'
import { resizeNetwork } from '../network/resize-network.ts'
import type { DatasetFacts, LearningContext } from '../context.ts'
import { suggest } from '../network/suggest.ts'
import { missingImport } from './missing-import.ts'
import { tablePreprocessing, tableWidth } from './table-preprocessing.ts'

export interface ResolvedBase {
  readonly title: string
  readonly network: Network
  readonly preprocessing: Preprocessing
  readonly weights: WeightsRef | null
  /** False: how pixels are prepared must be chosen before it is trained. */
  readonly isPrepared?: boolean
}

/** Finds or builds a base. Throws E_MODEL_UNKNOWN for a name that nothing has, E_RUN_SPEC for options that an architecture
 *  refuses. `inputSize` counts where the reference itself says none. */
export function resolveBase(ref: BaseRef, context: LearningContext, inputSize?: number): ResolvedBase {
  if (typeof ref !== 'string') return fromArchitecture(ref, context.dataset, inputSize)
  if (ref.startsWith('run:')) {
    const trained = context.trained(ref.slice('run:'.length))
    if (!trained) throw unknownBase(ref, context)
    const { network, preprocessing, weights } = trained.files
    return resized({ title: trained.title, network, preprocessing, weights }, inputSize)
  }
  const base = context.bases.find((candidate) => candidate.id === ref)
  if (base) return resized(base, inputSize)
  // An architecture by its bare name, as a convenience of hand-written specs.
  if (ARCHITECTURES.some((row) => row.type === ref))
    return fromArchitecture({ architecture: ref }, context.dataset, inputSize)
  throw missingImport(ref) ?? unknownBase(ref, context)
}

/** The same network at another input size. */
function resized(base: ResolvedBase, size: number | undefined): ResolvedBase {
  const { title, network, preprocessing, weights, isPrepared = true } = base
  if (size === undefined || preprocessing.kind !== 'image')
    return { title, network, preprocessing, weights, isPrepared }
  return {
    title,
    network: resizeNetwork(network, [size, size, preprocessing.channels]),
    preprocessing: { ...preprocessing, width: size, height: size },
    weights,
    isPrepared,
  }
}

function fromArchitecture(ref: ArchitectureRef, dataset: DatasetFacts | null, inputSize?: number): ResolvedBase {
  const row = ARCHITECTURES.find((candidate) => candidate.type === ref.architecture)
  if (!row) throw unknownArchitecture(ref.architecture)
  const parsed = row.params.schema.safeParse(ref.options ?? {})
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const path = ['base.options', ...(issue?.path ?? [])].join('.')
    throw new GraftError('E_RUN_SPEC', `\`${path}\`: ${issue?.message ?? 'not accepted'}.`, { details: { path } })
  }
  if (dataset?.kind === 'table' && row.inputs === 'any') {
    const preprocessing = tablePreprocessing(dataset)
    const network = row.build(parsed.data, { kind: 'table', features: Math.max(1, tableWidth(preprocessing)) })
    return { title: row.label, network, preprocessing, weights: null }
  }
  const input = imageInput(row, ref, dataset, inputSize)
  return {
    title: row.label,
    network: row.build(parsed.data, input),
    preprocessing: imagePreprocessing(input),
    weights: null,
  }
}

type ImageInput = ArchitectureInput & { kind: 'image' }

/** As the reference says, else the spec, else the dataset's own size as long as it is no larger than the default. */
function imageInput(row: Architecture, ref: ArchitectureRef, dataset: DatasetFacts | null, size?: number): ImageInput {
  const own = dataset?.imageSize ? Math.min(dataset.imageSize.width, dataset.imageSize.height) : row.defaultInputSize
  const usual = Math.max(row.minimumInputSize, Math.min(own, row.defaultInputSize))
  return { kind: 'image', size: ref.inputSize ?? size ?? usual, channels: ref.channels ?? dataset?.channels ?? 3 }
}

/** Fresh networks take pixels in -1..1. */
function imagePreprocessing({ size, channels }: ImageInput): Preprocessing {
  const each = Array.from({ length: channels }, () => 0.5)
  return { kind: 'image', height: size, width: size, channels, mean: each, std: each, resize: 'cover' }
}

function unknownArchitecture(name: string): GraftError {
  const known = ARCHITECTURES.map((row) => row.type)
  const message = `There is no architecture "${name}". There are: ${known.join(', ')}.`
  return new GraftError('E_MODEL_UNKNOWN', message, {
    fix: 'Choose one of these.',
    details: { path: 'base.architecture' },
  })
}

function unknownBase(ref: string, context: LearningContext): GraftError {
  const known = [...context.bases.map((base) => base.id), ...ARCHITECTURES.map((row) => row.type)]
  const nearest = suggest(ref, known)
  return new GraftError(
    'E_MODEL_UNKNOWN',
    `There is no base model "${ref}". There are: ${known.join(', ')}, and run:<id> of a finished run.`,
    {
      fix: nearest[0] === undefined ? 'Choose one of these.' : `Did you mean ${nearest[0]}?`,
      details: { path: 'base' },
    },
  )
}
