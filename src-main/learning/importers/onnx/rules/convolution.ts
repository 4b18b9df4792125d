import { brokenFile, quoted } from '../../refusals.ts'
import { transpose } from '../../torch/transpose.ts'
import { sizesOf } from '../axes.ts'
import type { Axis } from '../axes.ts'
import type { Weight } from '../onnx-graph.ts'
import { MAP } from '../onnx-graph.ts'
import { activation, constant, floats, integer, optional } from '../rule.ts'
import type { Rule } from '../rule.ts'
import { isPadded, isSamePadding, windowOf } from '../windows.ts'

/** Channels first, as ONNX sees a map. */
export const asMap = ([height, width, channels]: readonly Axis[]): { axes: Axis[] } => ({
  axes: [[], channels!, height!, width!],
})

/** OIHW becomes HWIO; as many groups as channels are a depthwise convolution. */
export const convolution: Rule = (context) => {
  const { graph } = context
  const given = activation(context, 0)
  const stored = constant(context, 1)
  const [filters = 0, perGroup = 0, ...size] = stored.shape
  const map = graph.inForm(rankOfMap(context, given), MAP)
  const [height = 0, width = 0, channels = 0] = sizesOf(map.layout)
  const groups = integer(context, 'group', 1)
  if (perGroup * groups !== channels) {
    throw brokenFile(`Expected a kernel for ${channels} channels of ${quoted(graph.title)}. Received: [${stored.shape.join(', ')}] in ${groups} groups.`) // prettier-ignore
  }
  const window = windowOf(context, size, [height, width])
  const isSame = isSamePadding(window)
  const isZero = window.padding === 'same' || !isPadded(window.padding)
  const input =
    isSame || isZero
      ? map
      : graph.add({ type: 'ZeroPadding2D', config: { padding: window.padding } }, [map], asMap, '.pad')
  const bias = optional(context, 2)
  const isDepthwise = groups === channels && filters === channels && channels > 1
  const kernel = transpose(stored.shape, floats(stored), isDepthwise ? [2, 3, 0, 1] : [2, 3, 1, 0])
  const weights: Record<string, Weight> = {
    [isDepthwise ? 'depthwise_kernel' : 'kernel']: kernel,
    ...(bias === null ? {} : { bias: { shape: bias.shape, values: floats(bias) } }),
  }
  const config = {
    ...(isDepthwise ? {} : { filters }),
    kernel_size: window.size,
    strides: window.strides,
    padding: isSame && !isZero || window.padding === 'same' ? 'same' : 'valid',
    use_bias: bias !== null,
    ...(isDepthwise || groups === 1 ? {} : { groups }),
    ...(Math.max(...window.dilations) > 1 ? { dilation_rate: window.dilations } : {}),
  } // prettier-ignore
  return graph.add({ type: isDepthwise ? 'DepthwiseConv2D' : 'Conv2D', config, weights }, [input], asMap)
}

type Context = Parameters<Rule>[0]
type Given = ReturnType<typeof activation>

/** Only tensors of batch, channels, height and width. */
export function rankOfMap({ graph }: Context, value: Given): Given {
  if (value.axes.length === 4) return value
  throw graph.unsupported(`works on a tensor of ${value.axes.length} axes, not on maps`)
}
