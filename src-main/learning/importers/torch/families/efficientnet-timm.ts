import { unsupported } from '../../refusals.ts'
import { addConvolutionNorm, addInvertedResidual } from '../inverted-residual.ts'
import type { ResidualStyle } from '../inverted-residual.ts'
import type { StateDict } from '../state-dict.ts'
import { TORCH_NORM } from '../torch-network.ts'
import type { TorchNetwork } from '../torch-network.ts'
import { EFFICIENTNET_STRIDES, efficientnetVariant } from './efficientnet-variants.ts'
import { countModules, IMAGENET } from './family.ts'
import type { Hints, TorchFamily, Variant } from './family.ts'

/** EfficientNet, EfficientNet-Lite, MobileNetV2 and MobileNetV3-Large of timm: seven stages of inverted residuals. Those ported from
 *  TensorFlow (`tf_...`) have the same tensors as timm's own, but pad and normalise in TensorFlow's way. */
export const efficientnetTimm: TorchFamily = {
  label: 'EfficientNet B0 to B7, EfficientNet-Lite 0 to 4, MobileNetV2, MobileNetV3-Large (timm)',
  names: /^(tf_)?(efficientnet_(b\d|lite\d)|mobilenetv[23]_)/,
  matches: (state) =>
    state.has('conv_stem.weight') && state.has('blocks.6.0.bn1.weight') && !state.has('blocks.7.0.bn1.weight'),
  variant(state, hints) {
    const { name, size } = plainVariant(state) ?? { name: plainName(hints), size: 224 }
    if (isFromTensorflow(name, hints)) return { name: `tf_${name}`, size, pixels: null }
    const isOneReading = hints.architecture !== null || name.startsWith('mobilenetv2')
    return { name, size, pixels: isOneReading ? IMAGENET : null }
  },
  build(torch, variant, hints) {
    const isSame = variant.name.startsWith('tf_')
    if (hints.architecture === null) sayWhichWasTaken(torch, variant)
    const norm = isSame ? { epsilon: 1e-3, momentum: 0.1 } : TORCH_NORM
    const isV3 = isMobileNetV3(torch.state)
    const base = { isSame, norm }
    const usual = hasExcite(torch.state) ? 'silu' : 'relu6'
    torch.block('stem', 'Stem')
    addConvolutionNorm(torch, ['conv_stem', 'bn1'], { ...base, activation: isV3 ? 'hard_silu' : usual }, { stride: 2 })
    for (const [stage, stride] of EFFICIENTNET_STRIDES.entries()) {
      const blocks = countModules(torch.state, `blocks.${stage}.`, '.bn1.weight')
      const style: ResidualStyle = { ...base, activation: isV3 ? (stage < 3 ? 'relu' : 'hard_silu') : usual }
      for (let index = 0; index < blocks; index++) {
        const name = `blocks.${stage}.${index}`
        torch.block(name, `Stage ${stage}, block ${index}`)
        addBlock(torch, name, index === 0 ? stride : 1, style)
      }
    }
    torch.block('head', 'Head')
    if (isV3) return addHeadV3(torch)
    addConvolutionNorm(torch, ['conv_head', 'bn2'], { ...base, activation: usual })
    return torch.classifier(torch.layer('global_pool', 'GlobalAveragePooling2D'), 'classifier', 0.2)
  },
}

function addBlock(torch: TorchNetwork, name: string, stride: number, style: ResidualStyle): void {
  if (torch.has(`${name}.conv.weight`)) {
    addConvolutionNorm(torch, [`${name}.conv`, `${name}.bn1`], style, { stride })
    return
  }
  const isExpanded = torch.has(`${name}.conv_pwl.weight`)
  const block = {
    name,
    stride,
    expand: isExpanded ? ([`${name}.conv_pw`, `${name}.bn1`] as const) : null,
    depthwise: [`${name}.conv_dw`, isExpanded ? `${name}.bn2` : `${name}.bn1`] as const,
    excite: torch.has(`${name}.se.conv_reduce.weight`)
      ? { reduce: `${name}.se.conv_reduce`, expand: `${name}.se.conv_expand` }
      : null,
    project: isExpanded
      ? ([`${name}.conv_pwl`, `${name}.bn3`] as const)
      : ([`${name}.conv_pw`, `${name}.bn2`] as const),
  }
  const excite = isMobileNetV3(torch.state)
    ? ({ activation: 'relu', gate: 'hard_sigmoid' } as const)
    : ({ activation: style.activation, gate: 'sigmoid' } as const)
  addInvertedResidual(torch, block, style, excite)
}

/** MobileNetV3's last convolution stands behind the pooling. */
function addHeadV3(torch: TorchNetwork) {
  torch.layer('global_pool', 'GlobalAveragePooling2D', { keepdims: true })
  torch.shape('conv_head.bias', 1)
  torch.conv('conv_head')
  torch.activation('conv_head.act', 'hard_silu')
  return torch.classifier(torch.layer('flatten', 'Flatten'), 'classifier', 0.2)
}

/** Blocks per stage of MobileNetV2 (and of its deeper ones), and of MobileNetV3-Large. */
const MOBILENET_V2 = new Set(['1,2,3,4,3,3,1', '1,3,4,5,4,4,1', '1,3,5,6,5,5,1'])
const MOBILENET_V3 = '1,2,3,4,2,3,1'

/** By depths and widths: other networks (MnasNet, FBNet ...) have tensors of the same names, but another activation. */
function plainVariant(state: StateDict): { name: string; size: number } | null {
  const stages = EFFICIENTNET_STRIDES.map((_, stage) => countModules(state, `blocks.${stage}.`, '.bn1.weight'))
  const depths = stages.join()
  if (isMobileNetV3(state)) return depths === MOBILENET_V3 ? { name: 'mobilenetv3_large_100', size: 224 } : null
  const isLite = !hasExcite(state)
  if (isLite && MOBILENET_V2.has(depths)) return { name: 'mobilenetv2_100', size: 224 }
  return efficientnetVariant(stages, state.get('conv_head.weight')?.shape[1] ?? 0, isLite)
}

/** Of other depths or widths, where a name says what they are. */
function plainName({ architecture }: Hints): string {
  if (architecture !== null) return architecture.replace(/^tf_/, '')
  throw unsupported(
    "The tensors are named as those of timm's EfficientNets and MobileNets, but are of no depth and width that Graft knows, so that the activations are not known.",
    "Name the family, or keep timm's config.json beside the file.",
  )
}

/** As the architecture's name says; where it is not known: the Lite ones are TensorFlow's but for one. */
function isFromTensorflow(name: string, { architecture }: Hints): boolean {
  return architecture === null ? name.startsWith('efficientnet_lite') : architecture.startsWith('tf_')
}

function sayWhichWasTaken(torch: TorchNetwork, { name }: Variant): void {
  const isTensorflow = name.startsWith('tf_')
  const other = isTensorflow ? name.slice('tf_'.length) : `tf_${name}`
  if (name.startsWith('mobilenetv2')) return
  torch.problems.push(
    `Weights of ${name} and of ${other} have the same tensors, but pad and normalise differently; these were read as ${name}. ` +
      `If they are the others, name the family ${other}, or keep timm's config.json beside the file.`,
  )
}

const hasExcite = (state: StateDict): boolean =>
  [...state.keys()].some((name) => name.endsWith('.se.conv_reduce.weight'))
const isMobileNetV3 = (state: StateDict): boolean => state.has('blocks.6.0.conv.weight') && hasExcite(state)
