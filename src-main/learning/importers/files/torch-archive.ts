import { brokenFile, quoted, unsupported } from '../refusals.ts'
import { openFile } from './byte-source.ts'
import type { ByteSource } from './byte-source.ts'
import { PickleBytes } from './pickle-bytes.ts'
import { readPickle } from './pickle.ts'
import { DTYPES } from '../../weights/dtype.ts'
import { readTorchStream } from './torch-stream.ts'
import { TORCH_WORDS } from './torch-words.ts'
import type { TorchStorage } from './torch-words.ts'
import { zipOf } from './zip.ts'

/** An open file of `torch.save`. Close it. */
export interface TorchArchive {
  readonly form: 'zip' | 'stream'
  /** Bytes of the file. */
  readonly size: number
  /** What was saved: maps, arrays, numbers and `TorchTensor`s. */
  readonly root: unknown
  /** The bytes of a storage, of the length that it claims. Throws E_MODEL_FILE. */
  storage(storage: TorchStorage): ByteSource
  close(): void
}

const MAX_PICKLE_BYTES = 256 * 2 ** 20

/** Opens either form of PyTorch's files. Nothing in them is run. Throws E_MODEL_FILE, and E_MODEL_UNSUPPORTED for whole programs. */
export function openTorchArchive(path: string): TorchArchive {
  const file = openFile(path)
  try {
    const first = file.read(0, Math.min(4, file.size), 'the first bytes')
    const archive =
      first[0] === 0x50 && first[1] === 0x4b ? zipArchive(file) : { form: 'stream' as const, ...readTorchStream(file) }
    return { ...archive, size: file.size, close: () => file.close() }
  } catch (error) {
    file.close()
    throw error
  }
}

function zipArchive(file: ByteSource): Omit<TorchArchive, 'close' | 'size'> {
  const zip = zipOf(file)
  const names = [...zip.entries.keys()]
  const pickle = names.find((name) => /^[^/]+\/data\.pkl$/.test(name))
  if (pickle === undefined) {
    throw brokenFile(`Expected data.pkl in a folder of the archive, as torch.save writes it. Received: ${names.slice(0, 8).map(quoted).join(', ')}.`) // prettier-ignore
  }
  const folder = pickle.slice(0, -'data.pkl'.length)
  if (zip.entries.has(`${folder}constants.pkl`)) throw torchScript()
  const order = zip.entries.get(`${folder}byteorder`)
  if (order !== undefined && order.size < 100 && new TextDecoder().decode(order.read()).trim() !== 'little') {
    throw unsupported('The file was written by a big-endian computer.', 'Save it again on a usual computer.')
  }
  const entry = zip.entry(pickle)
  if (entry.size > MAX_PICKLE_BYTES) throw brokenFile(`Expected at most ${MAX_PICKLE_BYTES} bytes in data.pkl. Received: ${entry.size}.`) // prettier-ignore
  const root = readPickle(new PickleBytes(entry.source()), TORCH_WORDS)
  return {
    form: 'zip',
    root,
    storage({ key, dtype, count }) {
      const data = zip.entry(`${folder}data/${key}`)
      const expected = count * DTYPES[dtype]
      if (data.size >= expected) return data.source()
      throw brokenFile(`Expected ${expected} bytes in ${quoted(data.name)}. Received: ${data.size}.`)
    },
  }
}

function torchScript(): Error {
  return unsupported(
    'The file is a TorchScript program, not the weights of a known network.',
    'Save the weights of the model that it was made of (torch.save(model.state_dict(), "weights.pth")), or export the model as ONNX.',
  )
}
