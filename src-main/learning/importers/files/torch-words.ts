import { GraftError } from '../../../contract/errors.ts'
import { brokenFile, quoted, unsupported } from '../refusals.ts'
import type { PickleWords } from './pickle.ts'
import type { Dtype } from '../../weights/dtype.ts'

/** Where the numbers of a tensor lie: `key` names a part of the file. */
export interface TorchStorage {
  readonly dtype: Dtype
  readonly key: string
  /** Numbers in it. */
  readonly count: number
}

/** A tensor that a pickle describes; its numbers are elsewhere in the file. Offset and strides count numbers. */
export class TorchTensor {
  readonly storage: TorchStorage
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]

  constructor(storage: TorchStorage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage
    this.offset = offset
    this.shape = shape
    this.strides = strides
  }
}

type Maker = (inputs: unknown[]) => unknown

class Word {
  readonly name: string
  readonly make: Maker | null
  constructor(name: string, make: Maker | null) {
    this.name = name
    this.make = make
  }
}

class StorageType {
  readonly dtype: Dtype
  constructor(dtype: Dtype) {
    this.dtype = dtype
  }
}

const STORAGES: Readonly<Record<string, Dtype>> = {
  FloatStorage: 'F32',
  DoubleStorage: 'F64',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
}

const MAKERS: Readonly<Record<string, Maker>> = {
  'collections.OrderedDict': (inputs) => orderedDict(inputs),
  'torch._utils._rebuild_tensor': (inputs) => tensorOf(inputs),
  'torch._utils._rebuild_tensor_v2': (inputs) => tensorOf(inputs),
  'torch._utils._rebuild_parameter': ([tensor]) => tensor,
  'torch.Size': ([sizes]) => sizes,
}

const DTYPE_NAME = /^torch\.(float|double|half|b?float\d+|u?int\d+|long|int|short|bool)$/

/** The only globals that a pickle of weights needs: those of PyTorch's own `weights_only` reader that state dicts hold. */
export const TORCH_WORDS: PickleWords = {
  global(module, name) {
    const full = `${module}.${name}`
    const storage = module === 'torch' || module === 'torch.cuda' ? STORAGES[name] : undefined
    if (storage !== undefined && Object.hasOwn(STORAGES, name)) return new StorageType(storage)
    if (Object.hasOwn(MAKERS, full)) return new Word(full, MAKERS[full]!)
    if (DTYPE_NAME.test(full)) return new Word(full, null)
    throw refused(module, full)
  },
  call(word, inputs) {
    if (word instanceof Word && word.make !== null) return word.make(inputs)
    throw brokenFile('Expected a tensor or a dict to be made in the pickle. Received: a call of something else.')
  },
  build(target) {
    // The state of an OrderedDict is PyTorch's `_metadata`: versions of modules, no weights.
    if (target instanceof Map) return
    throw brokenFile('Expected a state for a dict in the pickle. Received: a state for something else.')
  },
  persistent(id) {
    if (!Array.isArray(id) || id[0] !== 'storage' || !(id[1] instanceof StorageType)) {
      throw brokenFile('Expected the place of a tensor in the pickle. Received: another kind of reference.')
    }
    const [, type, key, , count] = id as [string, StorageType, unknown, unknown, unknown]
    // The old form has a sixth value for storages that are parts of others; PyTorch has written none since 2017.
    if (id.length > 5 && id[5] !== null) throw brokenFile('Expected storages of their own. Received: a part of another storage.') // prettier-ignore
    if (typeof key !== 'string' || !isCount(count)) throw brokenFile('Expected a storage with a key and a size. Received: neither.') // prettier-ignore
    return { dtype: type.dtype, key, count } satisfies TorchStorage
  },
}

function refused(module: string, full: string): Error {
  const isProgram = /^(__main__|__torch__|models?|timm|torchvision|torch\.nn|torch\.fx|ultralytics|fastai)\b/.test(
    module,
  )
  if (!isProgram) {
    return new GraftError(
      'E_MODEL_FILE',
      `Expected a pickle of weights alone. Received: one that asks for ${quoted(full)}, which Graft does not run.`,
      {
        fix: 'If you trust the file, load it in Python and save its weights alone: torch.save(model.state_dict(), "weights.pth").',
      },
    )
  }
  return unsupported(
    `The file holds a whole Python object (${quoted(full)}), not its weights alone; to read it, its program would have to be run.`,
    'Load it in Python and save its weights: torch.save(model.state_dict(), "weights.pth").',
  )
}

function orderedDict(inputs: unknown[]): Map<unknown, unknown> {
  const pairs = inputs[0] ?? []
  const isPairs = Array.isArray(pairs) && pairs.every((pair) => Array.isArray(pair) && pair.length === 2)
  if (!isPairs) throw brokenFile('Expected pairs for a dict in the pickle. Received: something else.')
  return new Map(pairs as [unknown, unknown][])
}

function tensorOf([storage, offset, shape, strides]: unknown[]): TorchTensor {
  const isFine = isStorage(storage) && isCount(offset) && isCounts(shape) && isCounts(strides)
  if (isFine && shape.length === strides.length && shape.length <= 8) {
    return new TorchTensor(storage, offset, shape, strides)
  }
  throw brokenFile('Expected a tensor with storage, offset, shape and strides in the pickle. Received: something else.')
}

function isStorage(value: unknown): value is TorchStorage {
  return typeof value === 'object' && value !== null && 'dtype' in value && 'key' in value && 'count' in value
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount)
