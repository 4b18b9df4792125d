import { strToU8, zipSync } from 'fflate'

/** A tensor of a made file: float32, whose storage holds exactly the numbers given. */
export interface MadeTensor {
  readonly shape: readonly number[]
  readonly values: readonly number[]
  /** In numbers; absent: row-major. */
  readonly strides?: readonly number[]
  readonly offset?: number
}

const u32 = (value: number): string => Buffer.from(Uint32Array.of(value).buffer).toString('latin1')
const text = (value: string): string => `X${u32(Buffer.byteLength(value))}${Buffer.from(value).toString('latin1')}`
const whole = (value: number): string => `J${u32(value >>> 0)}`
const tuple = (...parts: string[]): string => `(${parts.join('')}t`

/** The pickle of a state dict, as torch.save writes it. */
export function picklesOf(tensors: Readonly<Record<string, MadeTensor>>): string {
  const entries = Object.entries(tensors).map(([name, tensor], key) => {
    const { shape, values, strides = rowMajor(shape), offset = 0 } = tensor
    const storage = `${tuple(text('storage'), 'ctorch\nFloatStorage\n', text(String(key)), text('cpu'), whole(values.length))}Q`
    const parts = [
      storage,
      whole(offset),
      tuple(...shape.map(whole)),
      tuple(...strides.map(whole)),
      '\x89',
      'ccollections\nOrderedDict\n)R',
    ]
    return `${text(name)}ctorch._utils\n_rebuild_tensor_v2\n${tuple(...parts)}R`
  })
  return `\x80\x02ccollections\nOrderedDict\n)R(${entries.join('')}u.`
}

/** A file of torch.save in the zip form; `pickle` stands in for the one of the tensors. */
export function torchZip(
  tensors: Readonly<Record<string, MadeTensor>>,
  pickle = picklesOf(tensors),
  more: Record<string, string> = {},
): Uint8Array {
  const files: Record<string, Uint8Array> = { 'archive/data.pkl': Buffer.from(pickle, 'latin1') }
  for (const [key, { values }] of Object.values(tensors).entries()) {
    files[`archive/data/${key}`] = new Uint8Array(Float32Array.from(values).buffer)
  }
  for (const [name, content] of Object.entries(more)) files[name] = strToU8(content)
  return zipSync(files, { level: 0 })
}

function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((total, size) => total * size, 1))
}
