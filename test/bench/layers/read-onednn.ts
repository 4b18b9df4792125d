import { median } from '../engine/results.ts'
import { convolutionWork, type LayerWork, productWork } from './layer-work.ts'

/** What oneDNN calls what is neither a convolution nor a product. */
const KINDS: Readonly<Record<string, string>> = {
  eltwise: 'element by element',
  binary: 'element by element',
  sum: 'element by element',
  layer_normalization: 'LayerNorm',
  batch_normalization: 'BatchNorm',
  softmax: 'softmax',
  pooling: 'pooling',
  reorder: 'rearranging',
  concat: 'rearranging',
}

interface Seen {
  /** Of one of the images that a call is about, or, where it does not say how many those are, of all: `rows` is 1. */
  readonly work: Omit<LayerWork, 'milliseconds'>
  readonly rows: number
  readonly times: number[]
}

export interface ReadOptions {
  /** Images that the lines together are about. */
  readonly images: number
  /** Cores that share each operation. */
  readonly cores: number
}

/** What each kind of call took, from the lines that oneDNN writes with ONEDNN_VERBOSE=1. Equal calls count with their median, so that one that was
 *  interrupted does not weigh. */
export function readOneDnn(lines: readonly string[], options: ReadOptions): LayerWork[] {
  const calls = new Map<string, Seen>()
  for (const line of lines) {
    const call = readLine(line)
    if (call === null) continue
    const { key, milliseconds, ...seen } = call
    const known = calls.get(key) ?? { ...seen, times: [] }
    calls.set(key, known)
    known.times.push(milliseconds)
  }
  return [...calls.values()].map(({ work, rows, times }) => {
    const each = (median(times) * options.cores * times.length) / options.images
    const images = (rows * times.length) / options.images
    return { ...work, operations: work.operations * images, values: work.values * images, milliseconds: each }
  })
}

interface Call extends Omit<Seen, 'times'> {
  readonly key: string
  readonly milliseconds: number
}

/** `onednn_verbose,v1,primitive,exec,cpu,<primitive>,<kernel>,<propagation>,<memory>,<attributes>,<further>,<problem>,<milliseconds>`; null: no
 *  line of that kind. */
function readLine(line: string): Call | null {
  const parts = line.split(',')
  const at = parts.indexOf('exec')
  if (!/^(onednn|dnnl)_verbose$/.test(parts[0]!) || at < 0) return null
  const primitive = parts[at + 2]!
  const problem = parts.at(-2)!
  const milliseconds = Number(parts.at(-1))
  if (!Number.isFinite(milliseconds)) return null
  return { key: `${primitive},${problem}`, milliseconds, ...readProblem(primitive, problem) }
}

function readProblem(primitive: string, problem: string): Omit<Seen, 'times'> {
  if (primitive === 'convolution') return readConvolution(problem)
  if (primitive === 'inner_product') {
    const { mb = 1, ic = 0, oc = 0 } = numbersOf(problem)
    return { work: productWork(1, ic, oc, 1), rows: mb }
  }
  if (primitive === 'matmul') return readProduct(problem)
  const size = (problem.match(/^[\dx]+/)?.[0] ?? '').split('x').reduce((total, next) => total * Number(next || 0), 1)
  const kind = KINDS[primitive] ?? primitive
  return { work: { kind, side: null, operations: 0, values: 2 * size }, rows: 1 }
}

/** `g32mb8_ic32oc32_ih112oh112kh3sh1dh0ph1_iw112ow112kw3sw1dw0pw1` */
function readConvolution(problem: string): Omit<Seen, 'times'> {
  const { g = 1, mb = 1, ic = 0, oc = 0, ih = 1, oh = 1, kh = 1, iw = 1, ow = 1, kw = 1 } = numbersOf(problem)
  const work = convolutionWork({
    ...{ kernel: [kh, kw], groups: g, inputs: ic, outputs: oc },
    ...{ from: [ih, iw], to: [oh, ow] },
  })
  return { work, rows: mb }
}

/** `6304x384:384x1536`, or with the axes of heads in front `48x197x64:48x64x197`. */
function readProduct(problem: string): Omit<Seen, 'times'> {
  const [first = [], second = []] = problem.split(':').map((shape) => shape.split('x').map(Number))
  const [m = 1, k = 1] = first.slice(-2)
  const n = second.at(-1) ?? 1
  const [rows, heads] = [first, second].map((shape) => shape.slice(0, -2).reduce((total, next) => total * next, 1))
  return { work: heads === 1 ? productWork(m * rows!, k, n, 1) : productWork(m, k, n, heads!), rows: 1 }
}

function numbersOf(problem: string): Partial<Record<string, number>> {
  return Object.fromEntries([...problem.matchAll(/([a-z]+)(\d+)/g)].map(([, name, value]) => [name!, Number(value)]))
}
