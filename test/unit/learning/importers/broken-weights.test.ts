import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { zipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { IMPORTERS } from '../../../../src-main/learning/importers/index.ts'
import { torchZip } from '../../../support/torch-files.ts'
import { unpackWeights } from '../../../support/packed-weights.ts'

const FIXTURES = fileURLToPath(new URL('../../../fixtures/imports/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'graft-broken-weights-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const keras = unpackWeights()

function write(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name)
  writeFileSync(path, typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  return path
}

const part = (path: string, share: number): Uint8Array => {
  const bytes = readFileSync(path)
  return bytes.subarray(0, Math.floor(bytes.length * share))
}

/** A safetensors file of a header and so many bytes behind it; `length`: what it says of the header's own. */
function safetensors(header: unknown, data = 0, length?: bigint): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(length ?? BigInt(text.length))
  return Buffer.concat([size, text, Buffer.alloc(data)])
}

const tensor = (shape: readonly number[], offsets: readonly number[], dtype = 'F32') => ({ dtype, shape, data_offsets: offsets }) // prettier-ignore
const pickle = (text: string): Uint8Array => torchZip({}, text)

describe('a broken file of weights alone is refused by name', () => {
  it.each<[string, () => string, string]>([
    ['text called .pth', () => write('a.pth', 'import torch'), 'magic number'],
    ['an empty .pth', () => write('a.pth', ''), 'magic number'],
    ['a zip cut in the middle', () => write('a.pth', part(`${FIXTURES}pytorch/vit.pth`, 0.5)), 'Expected'],
    ['a stream cut in the middle', () => write('a.pth', part(`${FIXTURES}pytorch/resnext.pth`, 0.5)), 'Expected'],
    ['a stream cut in its first pickle', () => write('a.pth', part(`${FIXTURES}pytorch/resnext.pth`, 0.001)), 'Expected'],
    ['a pickle that runs a program', () => write('a.pth', pickle('\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R.')), 'os.system'],
    ['a pickle that evaluates text', () => write('a.pth', pickle('\x80\x02cbuiltins\neval\nX\x01\x00\x00\x001\x85R.')), 'builtins.eval'],
    ['a pickle that reads another pickle', () => write('a.pth', pickle('\x80\x02cpickle\nloads\nX\x01\x00\x00\x001\x85R.')), 'pickle.loads'],
    ['a pickle of two million values', () => write('a.pth', pickle(`\x80\x02${']'.repeat(2_000_000)}.`)), 'at most 1000000 values'],
    ['a zip bomb', () => write('a.pth', zipSync({ 'archive/data.pkl': new Uint8Array(100 * 2 ** 20) }, { level: 9 })), 'Expected'],
    ['a tensor beyond its storage', () => write('a.pth', torchZip({ 'conv1.weight': { shape: [9, 9], values: [1] } })), 'Tensor conv1.weight'],
    ['a tensor of 10^18 numbers', () => write('a.pth', torchZip({ 'conv1.weight': { shape: [1e9, 1e9], values: [1] } })), 'Tensor conv1.weight'],
    ['text called .safetensors', () => write('a.safetensors', 'weights'), 'Expected'],
    ['a header longer than the file', () => write('a.safetensors', safetensors({}, 0, 10n ** 15n)), 'header'],
    ['a header that is no JSON', () => write('a.safetensors', safetensors('{"a": ', 4)), 'header'],
    ['numbers behind the end', () => write('a.safetensors', safetensors({ a: tensor([4], [0, 16]) }, 8)), 'Tensor "a": expected 16 bytes'],
    ['fewer numbers than the shape says', () => write('a.safetensors', safetensors({ a: tensor([4], [0, 8]) }, 8)), 'Tensor "a": expected 16 bytes'],
    ['an unknown number format', () => write('a.safetensors', safetensors({ a: tensor([4], [0, 16], 'Q7') }, 16)), 'Q7'],
    ['text called .weights.h5', () => write('a.weights.h5', 'weights'.repeat(20)), 'Expected an HDF5 file'],
    ['numbered weights cut off', () => write('a.weights.h5', part(join(keras, 'whole.weights.h5'), 0.7)), 'Expected'],
    ['named weights cut off', () => write('a.h5', part(join(keras, 'whole.h5'), 0.7)), 'Expected'],
  ])('%s', async (_case, path, message) => {
    const file = path()
    const importer = IMPORTERS.find((each) => each.matches(file))!
    const fault = { code: 'E_MODEL_FILE', message: expect.stringContaining(message) as string, fix: expect.any(String) as string }
    await expect(importer.read({ path: file, family: null, inputSize: 32 })).rejects.toMatchObject(fault)
  }) // prettier-ignore
})
