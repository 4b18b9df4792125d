import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { IMPORTERS } from '../../../../src-main/learning/importers/index.ts'
import { kerasImporter } from '../../../../src-main/learning/importers/keras.ts'
import type { ImportedModel } from '../../../../src-main/learning/importers/importer.ts'

const FIXTURES = fileURLToPath(new URL('../../../fixtures/imports/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'graft-broken-models-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function read(path: string): Promise<ImportedModel> {
  return IMPORTERS.find((importer) => importer.matches(path))!.read({ path, family: null, inputSize: null })
}

function write(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

type Config = { class_name: string; config: { layers: Layer[]; input_layers: unknown; output_layers: unknown } }
type Layer = { class_name: string; name: string; config: Record<string, unknown>; inbound_nodes: unknown[] }
const residual = unzipSync(readFileSync(`${FIXTURES}keras/residual.keras`))

/** The fixture with another description, or other entries. */
function keras(
  change: (config: Config) => unknown,
  entries: Record<string, Uint8Array<ArrayBuffer> | null> = {},
): string {
  const config = JSON.parse(strFromU8(residual['config.json']!)) as Config
  const described = change(config) ?? config
  const all = {
    ...residual,
    'config.json': strToU8(typeof described === 'string' ? described : JSON.stringify(described)),
    ...entries,
  }
  const kept = Object.entries(all).filter((entry): entry is [string, Uint8Array<ArrayBuffer>] => entry[1] !== null)
  return write('changed.keras', zipSync(Object.fromEntries(kept), { level: 1 }))
}

const layer = (config: Config, name: string): Layer => config.config.layers.find((item) => item.name === name)!
const set = (name: string, values: Record<string, unknown>) => (config: Config) =>
  void Object.assign(layer(config, name).config, values)
const same = (): void => undefined
const tensor = (name: string): unknown => ({
  class_name: '__keras_tensor__',
  config: { shape: [null], dtype: 'float32', keras_history: [name, 0, 0] },
})
const nested = (depth: number): unknown =>
  JSON.parse(`${'{"class_name":"Functional","config":{"layers":['.repeat(depth)}${']}}'.repeat(depth)}`)

describe('a broken Keras file', () => {
  it.each<[string, () => string, string]>([
    ['text with the name of one', () => write('text.keras', 'import keras'), 'Expected a zip archive'],
    ['nothing', () => write('empty.keras', ''), 'Expected a zip archive'],
    ['cut off', () => write('cut.keras', readFileSync(`${FIXTURES}keras/residual.keras`).subarray(0, 5000)), 'Expected a zip archive'],
    ['without a description', () => keras(same, { 'config.json': null }), 'Expected config.json in the archive'],
    ['without weights', () => keras(same, { 'model.weights.h5': null }), 'Expected model.weights.h5 in the archive'],
    ['with text as weights', () => keras(same, { 'model.weights.h5': strToU8('weights'.repeat(99)) }), 'Expected an HDF5 file'],
    ['with weights cut off', () => keras(same, { 'model.weights.h5': residual['model.weights.h5']!.slice(0, 9000) }), 'cut off or damaged'],
    ['no JSON', () => keras(() => '{"class_name": "Func'), 'Expected config.json to be JSON'],
    ['JSON nested 10,000 deep', () => keras(() => '['.repeat(10_000) + ']'.repeat(10_000)), 'nested at most 200 deep'],
    ['a list', () => keras(() => []), 'Expected config.json to be an object'],
    ['models nested too deep', () => keras(() => nested(60)), 'deeper'],
    ['a layer without a class', () => keras((config) => void (layer(config, 'conv1_conv').class_name = undefined as never)), 'the class of a layer'],
    ['an input that is not there', () => keras((config) => void (layer(config, 'conv1_bn').inbound_nodes = [{ args: [tensor('none')], kwargs: {} }])), 'The inputs of layer conv1_bn'],
    ['a cycle', () => keras((config) => void (layer(config, 'conv1_bn').inbound_nodes = [{ args: [tensor('conv1_relu')], kwargs: {} }])), 'depends on itself'],
    ['inputs that are no tensors', () => keras((config) => void (layer(config, 'conv1_bn').inbound_nodes = [{ args: [{ class_name: 'function' }], kwargs: {} }])), 'Expected tensors'],
    ['an output that is not there', () => keras((config) => void (config.config.output_layers = ['none', 0, 0])), 'Expected output 0 of layer none'],
    ['an input of absurd size', () => keras(set('input_1', { batch_shape: [null, 1e9, 1e9, 3] })), 'Expected sizes of 1 to 4096'],
    ['absurdly many filters', () => keras(set('conv1_conv', { filters: 1e9 })), 'Expected shape [3, 3, 3, 1000000000]'],
    ['weights of another shape', () => keras(set('conv2_block1_2_conv', { kernel_size: [3, 3], padding: 'same' })), 'Expected shape [3, 3, 6, 8]'],
    ['fewer weights than it says', () => keras(set('conv2_block1_1_conv', { use_bias: true })), 'a file without it'],
  ])('%s', async (_case, path, message) => {
    await expect(read(path())).rejects.toMatchObject({ code: 'E_MODEL_FILE', message: expect.stringContaining(message) as string })
  }) // prettier-ignore
})

describe('a Keras file of what Graft cannot represent is refused, and names the layer', () => {
  const turn =
    (className: string, config: Record<string, unknown> = {}) =>
    (whole: Config) => {
      Object.assign(layer(whole, 'conv1_relu'), { class_name: className })
      Object.assign(layer(whole, 'conv1_relu').config, config)
    }
  it.each<[string, (config: Config) => unknown, string]>([
    ['Python code', turn('Lambda'), 'Layer conv1_relu is of the class Lambda: its computation is Python code'],
    ['a class of its own', turn('MyLayer'), 'Layer conv1_relu is of the class MyLayer'],
    ['a recurrent layer', turn('LSTM'), 'Layer conv1_relu is of the class LSTM'],
    ['an unknown activation', turn('Activation', { activation: 'mish' }), 'Layer conv1_relu has the activation mish'],
    ['channels first', set('conv1_conv', { data_format: 'channels_first' }), 'Layer conv1_conv (Conv2D) has `data_format` channels_first'],
    ['an axis in the middle', set('conv1_bn', { axis: 1 }), 'Layer conv1_bn (BatchNormalization) has `axis` 1'],
    ['a layer used twice', (config) => void layer(config, 'conv1_relu').inbound_nodes.push({ args: [tensor('conv1_bn')], kwargs: {} }), 'Layer conv1_relu (Activation) is used at 2 places'],
    ['two inputs', (config) => void (config.config.input_layers = [['input_1', 0, 0], ['input_2', 0, 0]]), 'The model has 2 inputs (input_1, input_2)'],
    ['a subclass', (config) => ({ class_name: 'MyModel', config: { units: config.config.layers.length } }), 'of the class MyModel'],
    ['an open size', set('input_1', { batch_shape: [null, null, null, 3] }), 'leaves its height open'],
    ['no images', set('input_1', { batch_shape: [null, 16] }), 'imports models of images'],
  ])('%s', async (_case, change, message) => {
    const fault = { code: 'E_MODEL_UNSUPPORTED', message: expect.stringContaining(message) as string, fix: expect.any(String) as string }
    await expect(read(keras(change))).rejects.toMatchObject(fault)
  }) // prettier-ignore

  it('takes the size that was asked for where the file leaves it open', async () => {
    const path = keras(set('input_1', { batch_shape: [null, null, null, 3] }))
    const model = await kerasImporter.read({ path, family: null, inputSize: 24 })
    expect(model.network.layers[0]!.config).toEqual({ shape: [24, 24, 3] })
  })

  it('hard_sigmoid of before Keras 3, which was another function', async () => {
    const metadata = strToU8(JSON.stringify({ keras_version: '2.15.0' }))
    const change = turn('Activation', { activation: 'hard_sigmoid' })
    await expect(read(keras(change, { 'metadata.json': metadata }))).rejects.toThrow('as it was before Keras 3')
    await expect(read(keras(change))).resolves.toBeTruthy()
  })

  it('weights that are no numbers are taken and told', async () => {
    const weights = residual['model.weights.h5']!.slice()
    const model = await read(keras(same))
    const first = new Uint8Array(model.weights.get('predictions/bias')!.values.buffer)
    const at = Buffer.from(weights).indexOf(Buffer.from(first))
    expect(at).toBeGreaterThan(0)
    new DataView(weights.buffer).setFloat32(at, NaN, true)
    const { problems } = await read(keras(same, { 'model.weights.h5': weights }))
    expect(problems).toEqual([expect.stringContaining('no finite numbers (predictions/bias)')])
  })
})

describe('a broken HDF5 model', () => {
  it.each<[string, string, string, string]>([
    ['no Keras model', 'hdf5/earliest.h5', 'E_MODEL_FILE', 'without the attribute model_config'],
    ['text', 'tfjs/residual/model.json', 'E_MODEL_FILE', 'Expected an HDF5 file'],
  ])('%s', async (_case, file, code, message) => {
    const path = write('changed.h5', readFileSync(`${FIXTURES}${file}`))
    await expect(read(path)).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string })
  })

  it('of weights alone that are of no known network says what to do', async () => {
    const fault = { code: 'E_MODEL_UNSUPPORTED', fix: expect.stringContaining('save the whole as .keras') as string }
    await expect(read(write('model.weights.h5', residual['model.weights.h5']!))).rejects.toMatchObject(fault)
  })
})

describe('a broken TensorFlow.js model', () => {
  type Model = {
    format: string
    modelTopology: Record<string, unknown>
    weightsManifest: { paths: string[]; weights: { shape: number[]; dtype: string; quantization?: unknown }[] }[]
  }
  const changed = (change: (model: Model) => unknown): string => {
    const target = join(folder, 'tfjs')
    cpSync(`${FIXTURES}tfjs/residual`, target, { recursive: true })
    const path = join(target, 'model.json')
    const model = JSON.parse(readFileSync(path, 'utf8')) as Model
    writeFileSync(path, JSON.stringify(change(model) ?? model))
    return target
  }
  const shard = (name: unknown) => (model: Model) => void (model.weightsManifest[0]!.paths[0] = name as string)
  it.each<[string, (model: Model) => unknown, string]>([
    ['a shard in the folder above', shard('../secret.bin'), 'Received: ../secret.bin'],
    ['a shard in another folder', shard('inner/shard.bin'), 'Expected plain file names'],
    ['a shard of Windows', shard('..\\secret.bin'), 'Expected plain file names'],
    ['a shard at an absolute path', shard('/etc/passwd'), 'Expected plain file names'],
    ['the folder itself as a shard', shard('.'), 'Expected plain file names'],
    ['a shard that is a number', shard(7), 'Expected plain file names'],
    ['a shard that is not there', shard('none.bin'), 'cannot be opened'],
    ['too few bytes', (model) => void model.weightsManifest[0]!.paths.pop(), 'bytes in the shards of weight group 1'],
    ['a shape of 10^18', (model) => void (model.weightsManifest[0]!.weights[0]!.shape = [1e6, 1e6, 1e6]), 'that memory can hold'],
    ['a shape of 10^11', (model) => void (model.weightsManifest[0]!.weights[0]!.shape = [1e11]), 'Expected weight group 1 of at most'],
    ['a negative shape', (model) => void (model.weightsManifest[0]!.weights[0]!.shape = [-1]), 'Expected name, shape and dtype'],
    ['an unknown number format', (model) => void (model.weightsManifest[0]!.weights[0]!.dtype = 'complex64'), 'Expected name, shape and dtype'],
    ['an unknown quantisation', (model) => void (model.weightsManifest[0]!.weights[0]!.quantization = { dtype: 'int4' }), 'Expected conv1_conv/kernel to be quantised'],
    ['no weights', (model) => ({ ...model, weightsManifest: undefined }), 'Expected weightsManifest'],
    ['no layers', (model) => ({ ...model, modelTopology: null }), 'Expected modelTopology'],
  ])('%s', async (_case, change, message) => {
    await expect(read(changed(change))).rejects.toMatchObject({ code: 'E_MODEL_FILE', message: expect.stringContaining(message) as string })
  }) // prettier-ignore

  it('a graph model is refused with what to do', async () => {
    const fault = { code: 'E_MODEL_UNSUPPORTED', fix: expect.stringContaining('tfjs_layers_model') as string }
    await expect(read(changed((model) => ({ ...model, format: 'graph-model' })))).rejects.toMatchObject(fault)
  })

  it('labels that do not fit are left out and told; broken ones are a broken file', async () => {
    const target = changed(() => undefined)
    writeFileSync(join(target, 'metadata.json'), JSON.stringify({ labels: ['a', 'b'] }))
    const { classes, problems } = await read(target)
    expect([classes, problems]).toEqual([
      null,
      ['The file names 2 classes, the network gives 5: the names were left out.'],
    ])
    writeFileSync(join(target, 'metadata.json'), JSON.stringify({ labels: 'a' }))
    await expect(read(target)).rejects.toThrow('Expected labels in metadata.json')
  })
})
