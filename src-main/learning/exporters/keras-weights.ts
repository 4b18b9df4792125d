import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { File as H5File } from 'h5wasm/node'
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
      for (const [index, { fullName, shape }] of own.entries()) {
        file.create_dataset({ name: `${path}/vars/${index}`, data: read(fullName), shape: [...shape], dtype: '<f' })
      }
      // The state of the layer's own random numbers: early Keras 3 refuses a file without it.
      if (layer.type === 'Dropout') {
        makeGroups(file, `${path}/seed_generator/vars`)
        const data = new Uint32Array([0, 0])
        file.create_dataset({ name: `${path}/seed_generator/vars/0`, data, shape: [2], dtype: '<I' })
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
    for (const [name, path] of kerasPaths(layers)) found.set(name, readVariables(file, `${path}/vars`))
  })
  return found
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
    rmSync(folder, { recursive: true, force: true })
  }
}
