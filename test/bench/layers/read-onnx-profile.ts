import { z } from 'zod'
import { median } from '../engine/results.ts'
import { convolutionWork, type LayerWork, productWork } from './layer-work.ts'

type Shape = readonly number[]

/** One entry of what ONNX Runtime writes while it profiles: shapes stand behind the names of their types. */
const Event = z.object({
  cat: z.string(),
  name: z.string().default(''),
  dur: z.number().default(0),
  args: z
    .object({
      op_name: z.string().optional(),
      input_type_shape: z.array(z.record(z.string(), z.array(z.number()))).default([]),
      output_type_shape: z.array(z.record(z.string(), z.array(z.number()))).default([]),
    })
    .default({ input_type_shape: [], output_type_shape: [] }),
})

const KINDS: Readonly<Record<string, string>> = {
  LayerNormalization: 'LayerNorm',
  SkipLayerNormalization: 'LayerNorm',
  Softmax: 'softmax',
  MaxPool: 'pooling',
  ReduceMean: 'pooling',
  GlobalAveragePool: 'pooling',
  ReorderInput: 'rearranging',
  ReorderOutput: 'rearranging',
  Transpose: 'rearranging',
}
/** Places of the kernel among the inputs. */
const CONVOLUTIONS: Readonly<Record<string, number>> = { Conv: 1, FusedConv: 1, QLinearConv: 3 }
const PRODUCTS: Readonly<Record<string, number>> = { MatMul: 1, Gemm: 1, FusedMatMul: 1, FusedGemm: 1 }

/** What each operation took, from a profile of ONNX Runtime: of several runs its median, so that the first and those that were interrupted do not
 *  weigh.
 *  @param images of one run */
export function readOnnxProfile(events: readonly unknown[], images: number, cores: number): LayerWork[] {
  const nodes = new Map<string, { readonly work: Work; readonly times: number[] }>()
  for (const value of events) {
    const { cat, name, dur, args } = Event.parse(value)
    if (cat !== 'Node' || args.op_name === undefined || !name.endsWith('_kernel_time')) continue
    const shapesOf = (from: readonly Readonly<Record<string, Shape>>[]) => from.map((each) => Object.values(each)[0]!)
    const work = workOf(args.op_name, shapesOf(args.input_type_shape), shapesOf(args.output_type_shape)[0] ?? [])
    const known = nodes.get(name) ?? { work, times: [] }
    nodes.set(name, known)
    known.times.push(dur)
  }
  return [...nodes.values()].map(({ work, times: each }) => ({
    ...work,
    operations: work.operations / images,
    values: work.values / images,
    milliseconds: (median(each) * cores) / 1000 / images,
  }))
}

type Work = Omit<LayerWork, 'milliseconds'>

/** Of all images of a call. */
function workOf(name: string, inputs: readonly Shape[], output: Shape): Work {
  const [first = []] = inputs
  const kernel = inputs[CONVOLUTIONS[name] ?? -1]
  if (kernel !== undefined && kernel.length === 4) return allOf(output[0]!, convolution(first, kernel, output))
  const second = inputs[PRODUCTS[name] ?? -1]
  if (second !== undefined) {
    const [m = 1, k = 1] = first.slice(-2)
    const [rows, heads] = [first, second].map((shape) => shape.slice(0, -2).reduce(times, 1))
    const n = output.at(-1) ?? 1
    return heads === 1 ? productWork(m * rows!, k, n, 1) : productWork(m, k, n, heads!)
  }
  const values = [first, output].reduce((total, shape) => total + shape.reduce(times, 1), 0)
  return { kind: KINDS[name] ?? 'element by element', side: null, operations: 0, values }
}

/** Channels stand behind the batch, or last where its own int8 kernels want them there. */
function convolution(from: Shape, [outputs = 1, perGroup = 1, kh = 1, kw = 1]: Shape, to: Shape): Work {
  const isLast = to[3] === outputs && to[1] === to[2]
  const [height, width, channels] = isLast ? [1, 2, 3] : [2, 3, 1]
  const inputs = from[channels]!
  return convolutionWork({
    ...{ kernel: [kh, kw], groups: Math.max(1, Math.round(inputs / perGroup)), inputs, outputs },
    ...{ from: [from[height]!, from[width]!], to: [to[height]!, to[width]!] },
  })
}

function allOf(count: number, work: Work): Work {
  return { ...work, operations: work.operations * count, values: work.values * count }
}

const times = (a: number, b: number): number => a * b
