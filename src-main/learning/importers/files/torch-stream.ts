import { brokenFile, unsupported } from '../refusals.ts'
import { windowOf } from './byte-source.ts'
import type { ByteSource } from './byte-source.ts'
import { PickleBytes } from './pickle-bytes.ts'
import { readPickle } from './pickle.ts'
import { DTYPES } from '../../weights/dtype.ts'
import type { Dtype } from '../../weights/dtype.ts'
import { TORCH_WORDS } from './torch-words.ts'
import type { TorchStorage } from './torch-words.ts'

const MAGIC = 0x1950a86a20f9469cfc6cn
const PROTOCOL = 1001

/** Reads the form of PyTorch before 1.6: five pickles (magic number, protocol, the system, the value, keys of the storages), then of each
 *  storage its count (8 bytes) and its numbers. */
export function readTorchStream(file: ByteSource): { root: unknown; storage(storage: TorchStorage): ByteSource } {
  const bytes = new PickleBytes(file)
  if (file.size === 0 || readMagic(bytes) !== MAGIC) {
    throw brokenFile(
      'Expected a file of torch.save (a zip archive, or a stream with its magic number). Received: other bytes.',
    )
  }
  const protocol = readPickle(bytes, TORCH_WORDS)
  if (protocol !== PROTOCOL)
    throw brokenFile(`Expected protocol ${PROTOCOL} of torch.save. Received: ${String(protocol)}.`)
  const system = readPickle(bytes, TORCH_WORDS)
  if (system instanceof Map && system.get('little_endian') === false) {
    throw unsupported('The file was written by a big-endian computer.', 'Save it again on a usual computer.')
  }
  const storages = new Map<string, TorchStorage>()
  const root = readPickle(bytes, {
    ...TORCH_WORDS,
    persistent: (id) => noted(storages, TORCH_WORDS.persistent(id) as TorchStorage),
  })
  const keys = readPickle(bytes, TORCH_WORDS)
  if (!Array.isArray(keys)) throw brokenFile('Expected a list of storages behind the pickle. Received: something else.')
  const places = placesOf(file, bytes.position, keys, storages)
  return {
    root,
    storage({ key, dtype, count }) {
      const place = places.get(key)
      if (place === undefined) throw brokenFile(`Expected a storage "${key}" behind the pickle. Received: none.`)
      return windowOf(file, place, count * DTYPES[dtype], `storage ${key}`)
    },
  }
}

function readMagic(bytes: PickleBytes): unknown {
  // Every pickle of this form starts with its protocol: no other file is read as a program of instructions at all.
  if (bytes.size < 2 || bytes.byte() !== 0x80) return null
  bytes.position = 0
  return readPickle(bytes, TORCH_WORDS)
}

function noted(storages: Map<string, TorchStorage>, storage: TorchStorage): TorchStorage {
  storages.set(storage.key, storage)
  return storage
}

/** Byte at which the numbers of each storage begin. */
function placesOf(
  file: ByteSource,
  start: number,
  keys: unknown[],
  storages: ReadonlyMap<string, TorchStorage>,
): Map<string, number> {
  const places = new Map<string, number>()
  let at = start
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined
    if (storage === undefined) throw brokenFile(`Expected a storage that the pickle names. Received: ${String(key)}.`)
    const head = file.read(at, 8, `the size of storage ${storage.key}`)
    const count = Number(new DataView(head.buffer, head.byteOffset, 8).getBigInt64(0, true))
    if (count !== storage.count) throw brokenFile(`Storage ${storage.key}: expected ${storage.count} numbers. Received: ${count}.`) // prettier-ignore
    places.set(storage.key, at + 8)
    at += 8 + count * widthOf(storage.dtype)
  }
  return places
}

const widthOf = (dtype: Dtype): number => DTYPES[dtype]
