import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Decoding } from '../../../src-main/contract/decoding.ts'
import type { PrefixPrecision } from '../../../src-main/contract/prefix-precision.ts'
import { makeLargePhotographs } from '../../support/large-photographs.ts'
import { type ContenderName, runProgram } from './contender.ts'
import { isPeer } from './entrant.ts'
import { photos } from './folder-training.ts'
import { networkFile } from './network-file.ts'
import type { Row, Setting } from './row.ts'
import type { Measured } from './worker.ts'

interface Files {
  readonly id: string
  readonly what: string
  readonly decoding: Decoding
  readonly folder: (folder: string) => Promise<string>
}

const FILES: readonly Files[] = [
  { id: 'photos', what: '2,000 photographs of 256x256', decoding: 'exact', folder: photos },
  { id: 'large', what: 'photographs of 12 megapixels', decoding: 'exact', folder: largePhotos },
  { id: 'fast', what: 'photographs of 12 megapixels, shrunk while decoding', decoding: 'fast', folder: largePhotos },
]

/** Each of them 3 MB; they take a minute or two to make. */
const LARGE_PER_CLASS = 24

const PEERS = { float32: ['keras', 'torch'], bfloat16: ['keras', 'torch'] } as const
const BEST = 1.5

/** From files to features of EfficientNet-Lite0, nothing cached: reading, decoding, resizing and the network. Peers have the loaders of their
 *  guides, and the fastest of their ways to read counts; a fast row lets all shrink, and an exact one nobody. int8 is compared with the
 *  fastest precision that the peers' loaders are used with. */
export const fileRows: readonly Row[] = Object.freeze(
  FILES.flatMap((files) => (['float32', 'bfloat16', 'int8'] as const).map((precision) => rowOf(files, precision))),
)

function rowOf(files: Files, own: PrefixPrecision): Row {
  const peers = own === 'int8' ? (['keras-bfloat16', 'torch-bfloat16'] as const) : PEERS[own]
  return {
    id: `files-features-${files.id}-${own}`,
    title: `${files.what}: from files to features, EfficientNet-Lite0, ${own}`,
    unit: 'images/s',
    better: 'more',
    contenders: ['graft', ...peers],
    goals: {},
    bestOf: [{ named: 'the faster of PyTorch’s and TensorFlow’s loaders', of: peers, times: BEST }],
    goal: null,
    mostRounds: Infinity,
    isLong: true,
    enter: (name, setting, precision) => {
      const measure = measureOf(files, name, precision ?? own, setting)
      return Promise.resolve({ measure, close: () => Promise.resolve() })
    },
  }
}

/** The fastest of a contender's ways, which the first round finds. */
function measureOf(
  files: Files,
  name: ContenderName,
  precision: PrefixPrecision,
  { folder, python }: Setting,
): () => Promise<Measured> {
  let chosen: string[] = []
  return async () => {
    const network = networkFile(folder, 'efficientnet-features')
    const [command, program] = isPeer(name) ? [python!, `${name}_files.py`] : [process.execPath, 'graft-files.ts']
    const args = [network, await files.folder(folder), precision, files.decoding, ...chosen]
    const { ways } = (await runProgram(name, [command, program], args)).answer as { ways: Record<string, number> }
    const [note, value] = Object.entries(ways).reduce((best, way) => (way[1] > best[1] ? way : best))
    if (isPeer(name)) chosen = [note]
    return { value, note }
  }
}

async function largePhotos(folder: string): Promise<string> {
  const target = join(folder, 'large-photos')
  if (!existsSync(target)) await makeLargePhotographs(target, { perClass: LARGE_PER_CLASS, seed: 1 })
  return target
}
