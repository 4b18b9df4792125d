import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { openTorchArchive } from '../../../../../src-main/learning/importers/files/torch-archive.ts'
import { checkTensor, tensorValues } from '../../../../../src-main/learning/importers/files/torch-tensor-values.ts'
import type { TorchTensor } from '../../../../../src-main/learning/importers/files/torch-words.ts'
import { type MadeTensor, picklesOf, torchZip } from '../../../../support/torch-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-torch-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const error = (code: string, message: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string })

function saved(bytes: Uint8Array | string): string {
  const path = join(folder, 'model.pth')
  writeFileSync(path, typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  return path
}

function valuesOf(bytes: Uint8Array, name: string): number[] {
  const archive = openTorchArchive(saved(bytes))
  try {
    const tensor = (archive.root as Map<string, TorchTensor>).get(name)!
    checkTensor(name, tensor)
    return [...tensorValues(archive.storage(tensor.storage), tensor, name)]
  } finally {
    archive.close()
  }
}

describe('a file of torch.save', () => {
  it('gives its numbers in row-major order, whatever their strides', () => {
    const values = [1, 2, 3, 4, 5, 6]
    expect(valuesOf(torchZip({ a: { shape: [2, 3], values } }), 'a')).toEqual(values)
    // Of a transposed view: [[1, 3, 5], [2, 4, 6]].
    expect(valuesOf(torchZip({ a: { shape: [2, 3], values, strides: [1, 2] } }), 'a')).toEqual([1, 3, 5, 2, 4, 6])
    expect(valuesOf(torchZip({ a: { shape: [2], values, strides: [3], offset: 2 } }), 'a')).toEqual([3, 6])
    expect(valuesOf(torchZip({ a: { shape: [], values: [7] } }), 'a')).toEqual([7])
    expect(valuesOf(torchZip({ a: { shape: [0, 4], values: [] } }), 'a')).toEqual([])
  })

  it.each<[string, MadeTensor]>([
    ['reaches beyond', { shape: [4], values: [1, 2, 3] }],
    ['begins too late', { shape: [2], values: [1, 2, 3], offset: 2 }],
    ['strides too far', { shape: [2, 2], values: [1, 2, 3, 4], strides: [3, 1] }],
    ['says its numbers a million times', { shape: [1_000_000], values: [1], strides: [0] }],
    ['has an absurd shape', { shape: [2_000_000_000, 2_000_000_000], values: [1] }],
  ])('is broken where a tensor %s', (_, tensor) => {
    expect(() => valuesOf(torchZip({ a: tensor }), 'a')).toThrow(error('E_MODEL_FILE', 'Tensor a'))
  })

  it('is broken where a storage is missing or too short', () => {
    const pickle = picklesOf({ a: { shape: [3], values: [1, 2, 3] } })
    expect(() => valuesOf(torchZip({}, pickle), 'a')).toThrow(error('E_MODEL_FILE', 'archive/data/0'))
    const short = torchZip({ a: { shape: [2], values: [1, 2] } }, pickle)
    expect(() => valuesOf(short, 'a')).toThrow(error('E_MODEL_FILE', 'Expected 12 bytes'))
  })

  it.each([
    ['empty', '', 'magic number'],
    ['another zip', zipSync({ 'weights.txt': strToU8('abc') }), 'data.pkl'],
    ['a text', 'not a model at all', 'magic number'],
    ['a pickle alone', '\x80\x02K\x01.', 'magic number'],
  ])('is not %s', (_, bytes, message) => {
    expect(() => openTorchArchive(saved(bytes))).toThrow(error('E_MODEL_FILE', message))
  })

  it('that is a TorchScript program, or of a big-endian computer, is refused in words', () => {
    const script = torchZip({}, picklesOf({}), { 'archive/constants.pkl': '' })
    expect(() => openTorchArchive(saved(script))).toThrow(error('E_MODEL_UNSUPPORTED', 'TorchScript'))
    const other = torchZip({}, picklesOf({}), { 'archive/byteorder': 'big' })
    expect(() => openTorchArchive(saved(other))).toThrow(error('E_MODEL_UNSUPPORTED', 'big-endian'))
  })
})
