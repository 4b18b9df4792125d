import { GraftError } from '../../../contract/errors.ts'
import type { Network } from '../../../contract/network.ts'
import { inferNetwork } from '../../network/infer.ts'
import type { NetworkWeight } from '../../network/infer.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import type { ImagePreparation, ImportedModel, ModelSource } from '../importer.ts'
import { brokenFile, quoted, unsupported } from '../refusals.ts'
import type { TorchFamily, PixelStatistics } from './families/family.ts'
import { TORCH_FAMILIES } from './families/index.ts'
import { architectureInName, readModelConfig } from './model-config.ts'
import type { StateDict } from './state-dict.ts'
import { TorchNetwork } from './torch-network.ts'

/** Finds the family of a state dict, builds its network and reads its weights. Throws E_MODEL_UNSUPPORTED for an unknown family, or where
 *  the tensors do not fit the one they look like. */
export function importStateDict(given: StateDict, source: ModelSource, format: string): ImportedModel {
  const { family, state } = familyOf(given)
  const config = readModelConfig(source.path)
  const own = config !== null && family.names.test(config.architecture) ? config : null
  const architecture = askedFor(family, source) ?? own?.architecture ?? architectureInName(source.path, family.names)
  const hints = { architecture }
  const variant = family.variant(state, hints)
  const size = source.inputSize ?? own?.size ?? variant.size
  const torch = new TorchNetwork(variant.name, size, state)
  if (config !== null && own === null) {
    torch.problems.push(
      `The config.json beside the file is of ${quoted(config.architecture)}, not of these weights: it was left out.`,
    )
  }
  const network = family.build(torch, { ...variant, size }, hints)
  checkAllFit(torch, variant.name)
  const weights = readWeights(torch, network)
  const pixels = own?.pixels ?? variant.pixels
  const problems = [...torch.problems, ...oddValues(weights)]
  return {
    format,
    family: variant.name,
    network,
    weights,
    classes: null,
    preprocessing: preparation(size, pixels),
    problems,
  }
}

function familyOf(given: StateDict): { family: TorchFamily; state: StateDict } {
  for (const family of TORCH_FAMILIES) {
    const { renamed } = family
    const state = renamed === undefined ? given : new Map([...given].map(([name, tensor]) => [renamed(name), tensor]))
    if (family.matches(state)) return { family, state }
  }
  const first = [...given].slice(0, 6).map(([name, { shape }]) => `${quoted(name)} [${shape.join(', ')}]`)
  throw unsupported(
    `The weights are of no network that Graft knows by its tensors. The first of ${given.size}: ${first.join(', ') || 'none'}.`,
    `Known are: ${TORCH_FAMILIES.map(({ label }) => label).join('; ')}. Any other network can be exported as ONNX and imported from that.`,
    { tensors: given.size },
  )
}

/** The family that the user named, where it is one of this file's. */
function askedFor(family: TorchFamily, source: ModelSource): string | null {
  if (source.family === null || family.names.test(source.family)) return source.family
  throw unsupported(
    `The tensors of the file are of ${family.label}, not of ${quoted(source.family)}.`,
    'Leave the family out, or name one of these.',
  )
}

function checkAllFit({ state, used, missing }: TorchNetwork, name: string): void {
  const extra = [...state.keys()].filter((tensor) => !used.has(tensor) && !tensor.endsWith('num_batches_tracked'))
  if (missing.length === 0 && extra.length === 0) return
  const parts = [
    ...(missing.length > 0 ? [`missing (or of another rank): ${listed(missing)}`] : []),
    ...(extra.length > 0 ? [`not part of it: ${listed(extra)}`] : []),
  ]
  throw unsupported(
    `The tensors look like those of ${name}, but do not all fit: ${parts.join('; ')}.`,
    'Export the model as ONNX and import that, if it was changed; take an intact copy of the file, if not.',
    { missing: missing.length, extra: extra.length },
  )
}

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)]
  const first = unique.slice(0, 5).map(quoted).join(', ')
  return unique.length > 5 ? `${first} and ${unique.length - 5} more` : first
}

function readWeights(torch: TorchNetwork, network: Network): WeightValues {
  return new Map(
    weightsOf(network).map((weight) => {
      const source = torch.sources.get(weight.fullName)!
      const tensor = torch.state.get(source.tensor)!
      const arranged = source.arrange(tensor)
      const count = weight.shape.reduce((total, size) => total * size, 1)
      const isFit = String(arranged.shape) === String(weight.shape) && arranged.values.length === count
      if (!isFit) throw misfit(source.tensor, weight.shape, tensor.shape)
      return [weight.fullName, arranged]
    }),
  )
}

/** Shapes that do not fit are the file's or the input size's fault, not the user's network. */
function weightsOf(network: Network): NetworkWeight[] {
  try {
    return inferNetwork(network).weights
  } catch (error) {
    if (!(error instanceof GraftError)) throw error
    throw unsupported(
      `The network of these tensors does not work: ${error.message}`,
      'Choose another input size; take an intact copy of the file, if that does not help.',
    )
  }
}

function misfit(tensor: string, expected: readonly number[], received: readonly number[]): Error {
  return brokenFile(
    `Tensor ${quoted(tensor)}: expected numbers for a weight of [${expected.join(', ')}]. Received: [${received.join(', ')}] in PyTorch's order.`,
  )
}

function oddValues(weights: WeightValues): string[] {
  const odd = [...weights]
    .filter(([, { values }]) => values.some((value) => !Number.isFinite(value)))
    .map(([name]) => name)
  return odd.length === 0 ? [] : [`Some weights are not finite numbers (NaN or infinite): ${listed(odd)}.`]
}

function preparation(size: number, pixels: PixelStatistics | null): ImagePreparation | null {
  if (pixels === null) return null
  const { mean, std } = pixels
  return { kind: 'image', height: size, width: size, channels: 3, mean: [...mean], std: [...std], resize: 'cover' }
}
