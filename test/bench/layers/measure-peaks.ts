import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Layer, Network } from '../../../src-main/contract/network.ts'
import type { PrefixPrecision } from '../../../src-main/contract/prefix-precision.ts'
import type { Peak } from './group-layers.ts'
import { measureBandwidth } from './measure-bandwidth.ts'
import { profileLayers } from './profile-layers.ts'

const DEEP = 4
const WIDTH = 1024
const ROWS = 2048
const CALLS = 4

interface Load {
  readonly name: string
  readonly precisions: readonly PrefixPrecision[]
  readonly network: () => Network
  readonly batch: number
}

/** Large products of matrices, and 1x1 convolutions that fit the caches. */
const LOADS: readonly Load[] = [
  {
    name: 'products',
    precisions: ['float32', 'bfloat16'],
    network: () => chain([WIDTH], { type: 'Dense', config: { units: WIDTH, activation: 'relu' } }),
    batch: ROWS,
  },
  {
    name: 'pointwise',
    precisions: ['float32', 'bfloat16', 'int8'],
    network: () =>
      chain([28, 28, 512], { type: 'Conv2D', config: { filters: 512, kernel_size: 1, activation: 'relu' } }),
    batch: 16,
  },
]

/** What a core computes a second at most in a precision while the other works too: the fastest layer of loads that ask for nothing but arithmetic, by
 *  whatever Graft computes that precision with. And what it reads and writes at most. */
export async function measurePeaks(
  precisions: readonly PrefixPrecision[],
  folder: string,
): Promise<ReadonlyMap<PrefixPrecision, Peak>> {
  const bytes = await measureBandwidth()
  const peaks = precisions.map((precision) => {
    const loads = LOADS.filter((load) => load.precisions.includes(precision))
    const rates = loads.flatMap(({ name, network, batch }) => {
      const file = join(folder, `peak-${name}.json`)
      writeFileSync(file, JSON.stringify(network()))
      const { layers } = profileLayers(
        'graft',
        { network: file, precision, batch, calls: CALLS },
        { python: null, folder },
      )
      return layers.map(({ operations, milliseconds }) => (1000 * operations) / milliseconds)
    })
    return [precision, { operations: Math.max(...rates), bytes }] as const
  })
  return new Map(peaks)
}

function chain(shape: number[], each: Pick<Layer, 'type' | 'config'>): Network {
  const block = 'all'
  const layers: Layer[] = [{ name: 'input', type: 'InputLayer', config: { shape }, inputs: [], block }]
  for (let i = 0; i < DEEP; i++) layers.push({ ...each, name: `layer${i}`, inputs: [layers.at(-1)!.name], block })
  const last = layers.at(-1)!.name
  return { name: 'peak', blocks: [{ name: block, label: block }], layers, outputs: [last], features: last }
}
