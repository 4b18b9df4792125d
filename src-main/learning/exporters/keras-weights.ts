import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { File as H5File } from 'h5wasm/node'
import { removeIfFree } from '../../base/disk/remove.ts'
import type { ExportModel } from './exporter.ts'
import { kerasPaths } from './keras-paths.ts'

export interface KerasVariable {
  readonly shape: number[]
  readonly values: Float32Array
}

/** Bytes of model.weights.h5. HDF5 needs a file, which lives in the system's temporary folder meanwhile. */
export async function encodeKerasWeights({ network, weights, read }: ExportModel): Promise<Uint8Array> {
  const paths = kerasPaths(network.layers)
  return withFile(null, 'w', (file) => {
    file.create_group('vars')
    for (const layer of network.layers) {
      const path = paths.get(layer.name) ?? ''
      makeGroups(file, `${path}/vars`)
      const group = file.get(`${path}/vars`)
      if (group && 'create_attribute' in group) group.create_attribute('name', layer.name)
      const own = weights.filter((weight) => weight.layer === layer.name)
      const isAttention = layer.type === 'MultiHeadAttention'
      for (const [index, { fullName, name, shape }] of own.entries()) {
        const place = isAttention ? attentionPlace(name) : `vars/${index}`
        makeGroups(file, `${path}/${place}`.replace(/\/\d$/, ''))
        file.create_dataset({ name: `${path}/${place}`, data: read(fullName), shape: [...shape], dtype: '<f' })
      }
      // The state of the layer's own random numbers: early Keras 3 refuses a file without it.
      const isRandom = layer.type === 'Dropout' || (isAttention && Number(layer.config['dropout'] ?? 0) > 0)
      if (isRandom) {
        const place = `${path}/${isAttention ? '_dropout_layer/' : ''}seed_generator/vars`
        makeGroups(file, place)
        const data = new Uint32Array([0, 0])
        file.create_dataset({ name: `${place}/0`, data, shape: [2], dtype: '<I' })
      }
    }
  })
}

/** The variables of each layer named in the configuration, in Keras' order. */
export async function decodeKerasWeights(
  bytes: Uint8Array,
  layers: readonly { name: string; type: string }[],
): Promise<Map<string, KerasVariable[]>> {
  const found = new Map<string, KerasVariable[]>()
  await withFile(bytes, 'r', (file) => {
    const types = new Map(layers.map(({ name, type }) => [name, type]))
    for (const [name, path] of kerasPaths(layers)) {
      const places = types.get(name) === 'MultiHeadAttention' ? ATTENTION_PARTS.map((part) => `${part}_dense/vars`) : ['vars'] // prettier-ignore
      found.set(name, places.flatMap((place) => readVariables(file, `${path}/${place}`))) // prettier-ignore
    }
  })
  return found
}

/** A MultiHeadAttention keeps its variables in layers of its own, in this order. */
const ATTENTION_PARTS = ['query', 'key', 'value', 'output'] as const

/** `query_kernel` -> `query_dense/vars/0`, `attention_output_bias` -> `output_dense/vars/1`. */
function attentionPlace(weight: string): string {
  const part = ATTENTION_PARTS.find((each) => weight.includes(each))!
  return `${part}_dense/vars/${weight.endsWith('kernel') ? 0 : 1}`
}

function readVariables(file: H5File, path: string): KerasVariable[] {
  const variables: KerasVariable[] = []
  for (let index = 0; ; index++) {
    const entity = file.get(`${path}/${index}`)
    if (!entity || !('shape' in entity) || !('value' in entity)) return variables
    variables.push({ shape: [...(entity.shape ?? [])], values: Float32Array.from(entity.value as Float32Array) })
  }
}

function makeGroups(file: H5File, path: string): void {
  const parts = path.split('/')
  for (let count = 1; count <= parts.length; count++) {
    const partial = parts.slice(0, count).join('/')
    if (!file.get(partial)) file.create_group(partial)
  }
}

async function withFile(bytes: Uint8Array | null, mode: 'r' | 'w', use: (file: H5File) => void): Promise<Uint8Array> {
  const h5 = await import('h5wasm/node')
  await h5.ready
  const folder = mkdtempSync(join(tmpdir(), 'graft-h5-'))
  try {
    const path = join(folder, 'model.weights.h5')
    if (bytes) writeFileSync(path, bytes)
    const file = new h5.File(path, mode)
    try {
      use(file)
    } finally {
      file.close()
    }
    return readFileSync(path)
  } finally {
    removeIfFree(folder)
  }
}
