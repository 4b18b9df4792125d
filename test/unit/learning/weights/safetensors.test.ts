import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { readModelWeights } from '../../../../src-main/learning/weights/model-weights.ts'
import {
  float32Tensor,
  openSafetensors,
  readAllFloat32,
  sha256OfFile,
  writeSafetensors,
} from '../../../../src-main/learning/weights/safetensors.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-safetensors-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, 'a.safetensors')

const refused = expect.objectContaining({ code: 'E_MODEL_WEIGHTS' })

function fileOf(header: unknown, data: Uint8Array, claimed?: number): string {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.byteLength + data.byteLength)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimed ?? json.byteLength), true)
  bytes.set(json, 8)
  bytes.set(data, 8 + json.byteLength)
  const file = join(folder, 'made.safetensors')
  writeFileSync(file, bytes)
  return file
}

describe('safetensors', () => {
  it('reads back what it wrote, with its hash', async () => {
    const values = Float32Array.from([1.5, -2, 1e-30, Infinity, 0, 7])
    const hash = writeSafetensors(path, [float32Tensor('b/kernel', [2, 3], values)], { made: 'here' })
    expect(hash).toBe(await sha256OfFile(path))
    const file = openSafetensors(path)
    expect(file.metadata).toEqual({ made: 'here' })
    expect(file.readFloat32('b/kernel')).toEqual({ shape: [2, 3], values })
    expect(() => file.read('gone')).toThrow(refused)
    file.close()
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([])
  })

  it('widens every dtype', () => {
    const cases = [
      ['F16', [0x3c00, 0xc000, 0x0001, 0x7c00], [1, -2, 2 ** -24, Infinity]],
      ['BF16', [0x3f80, 0xc000, 0x4049, 0x7f80], [1, -2, 3.140625, Infinity]],
    ] as const
    for (const [dtype, stored, expected] of cases) {
      const data = new Uint8Array(Uint16Array.from(stored).buffer)
      const file = fileOf({ t: { dtype, shape: [4], data_offsets: [0, 8] } }, data)
      expect([...(readAllFloat32(file).get('t')?.values ?? [])]).toEqual(expected)
    }
    const mixed = fileOf(
      { u: { dtype: 'U8', shape: [3], data_offsets: [0, 3] }, i: { dtype: 'I32', shape: [], data_offsets: [3, 7] } },
      Uint8Array.from([0, 128, 255, 0xfe, 0xff, 0xff, 0xff]),
    )
    expect([...(readAllFloat32(mixed).get('u')?.values ?? [])]).toEqual([0, 128, 255])
    expect([...(readAllFloat32(mixed).get('i')?.values ?? [])]).toEqual([-2])
    const arrays = {
      F64: Float64Array.from([1.5, -2]),
      I64: BigInt64Array.from([7n, -3n]),
      I16: Int16Array.from([7, -3]),
      I8: Int8Array.from([7, -3]),
      U64: BigUint64Array.from([7n, 2n ** 40n]),
      U32: Uint32Array.from([7, 2 ** 31]),
      U16: Uint16Array.from([7, 2 ** 15]),
      BOOL: Uint8Array.from([0, 1]),
    }
    for (const [dtype, array] of Object.entries(arrays)) {
      const data = new Uint8Array(array.buffer)
      const file = fileOf({ t: { dtype, shape: [2], data_offsets: [0, data.byteLength] } }, data)
      expect([...(readAllFloat32(file).get('t')?.values ?? [])]).toEqual([...array].map(Number))
    }
  })

  const tensor = (from: number, to: number, more = {}): object => ({
    dtype: 'F32',
    shape: [1],
    data_offsets: [from, to],
    ...more,
  })
  it.each([
    ['beyond the end', { a: tensor(4, 8) }, 4],
    ['size unlike the shape', { a: tensor(0, 8) }, 8],
    ['an overlap', { a: tensor(0, 4), b: tensor(0, 4) }, 4],
    ['a gap', { a: tensor(0, 4), b: tensor(8, 12) }, 12],
    ['left-over bytes', { a: tensor(0, 4) }, 5],
    ['negative offsets', { a: tensor(-4, 0) }, 4],
    ['fractions', { a: tensor(0.5, 4.5) }, 4],
    ['an unknown dtype', { a: tensor(0, 4, { dtype: 'F8' }) }, 4],
    ['a dtype of the prototype', { a: tensor(0, 4, { dtype: 'constructor' }) }, 4],
    ['a shape that overflows', { a: tensor(0, 4, { shape: [2 ** 40, 2 ** 40] }) }, 4],
    ['no object', [1, 2], 0],
    ['null entries', { a: null }, 0],
    ['no JSON', '{"a": ', 0],
  ])('refuses %s', (_what, header, bytes) => {
    expect(() => openSafetensors(fileOf(header, new Uint8Array(bytes)))).toThrow(refused)
  })

  it('refuses a header that is longer than the file, or huge', () => {
    for (const claimed of [1000, 2 ** 40]) {
      expect(() => openSafetensors(fileOf({}, new Uint8Array(0), claimed))).toThrow(refused)
    }
  })

  it('survives any damage: an error with its code, or intact tensors', () => {
    writeSafetensors(path, [float32Tensor('a', [2], new Float32Array(2)), float32Tensor('b', [1], new Float32Array(1))])
    const good = readFileSync(path)
    const damaged = join(folder, 'damaged.safetensors')
    const change = fc.record({ at: fc.nat(good.length - 1), value: fc.integer({ min: 0, max: 255 }) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.nat(good.length), (changes, length) => {
        const bytes = Uint8Array.from(good)
        for (const { at, value } of changes) bytes[at] = value
        writeFileSync(damaged, bytes.subarray(0, length))
        try {
          for (const { shape, values } of readAllFloat32(damaged).values()) {
            expect(values.length).toBe(shape.reduce((size, value) => size * value, 1))
          }
        } catch (error) {
          expect(error).toEqual(refused)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('readModelWeights', () => {
  it('checks hash, names and shapes', async () => {
    const sha256 = writeSafetensors(path, [float32Tensor('a/bias', [2], Float32Array.from([1, 2]))])
    const weights = await readModelWeights({ path, sha256 }, [{ fullName: 'a/bias', shape: [2] }])
    expect([...(weights.get('a/bias')?.values ?? [])]).toEqual([1, 2])
    const wrong = [
      () => readModelWeights({ path, sha256: '0'.repeat(64) }, []),
      () => readModelWeights({ path, sha256 }, [{ fullName: 'a/kernel', shape: [2] }]),
      () => readModelWeights({ path, sha256 }, [{ fullName: 'a/bias', shape: [1, 2] }]),
      () => readModelWeights({ path: `${path}.gone`, sha256 }, []),
    ]
    for (const act of wrong) await expect(act()).rejects.toThrow(refused)
  })
})
