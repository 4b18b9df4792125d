import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { bytesSource } from '../../../../../src-main/learning/importers/files/byte-source.ts'
import { readHdf5 } from '../../../../../src-main/learning/importers/files/hdf5.ts'

const FOLDER = fileURLToPath(new URL('../../../../fixtures/imports/hdf5/', import.meta.url))
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${FOLDER}${name}.h5`))
const open = (name: string): ReturnType<typeof readHdf5> => readHdf5(bytesSource(bytesOf(name)))
const broken = (message: string): unknown =>
  expect.objectContaining({ code: 'E_MODEL_FILE', message: expect.stringContaining(message) as string })
const counting = Array.from({ length: 700 }, (_, index) => index)

describe.each(['earliest', 'v108'])('HDF5 as h5py writes it for %s', (name) => {
  const file = open(name)

  it('lists groups of few and of many, and reads what lies deep', () => {
    expect(file.names('many').toSorted()).toEqual(Array.from({ length: 20 }, (_, n) => `name_${n}`).toSorted())
    const { shape, read } = file.dataset('many/name_7/values')
    expect([shape, [...read()]]).toEqual([
      [2, 3],
      [0, 1, 2, 3, 4, 5],
    ])
    expect([file.has('many/name_7'), file.has('many/name_20'), file.has('scalar/x')]).toEqual([true, false, false])
    expect(file.names('loop/loop/many')).toHaveLength(20)
  })

  it('reads attributes: texts of both kinds, lists, one of many, none', () => {
    const attributes = ['bytes', 'fixed', 'list', 'nothing', 'missing'].map((key) => file.attribute('', key))
    expect(attributes).toEqual(['variable', 'fixed', ['abc', 'd'], null, null])
    expect(file.attribute('many', 'attribute_13')).toBe('y'.repeat(13))
  })

  it('reads every number format as float32', () => {
    for (const kind of ['le_f2', 'le_f8', 'be_f4', 'be_f8', 'le_i1', 'le_i2', 'le_i4', 'le_i8']) {
      // + 0: floating-point files hold -0.
      expect([
        kind,
        ...file
          .dataset(kind)
          .read()
          .map((value) => value + 0),
      ]).toEqual([kind, 0, -1, -2, -3, -4])
    }
    for (const kind of ['le_u1', 'le_u2', 'le_u4', 'le_u8']) {
      expect([kind, ...file.dataset(kind).read()]).toEqual([kind, 0, 1, 2, 3, 4])
    }
    expect([file.dataset('scalar').shape, ...file.dataset('scalar').read()]).toEqual([[], 7.5])
    expect([...file.dataset('bool').read()]).toEqual([1, 0])
  })

  it('puts chunks together, through deflate, shuffle and checksum', () => {
    expect([...file.dataset('chunked').read()]).toEqual(counting)
    expect([...file.dataset('filtered').read()]).toEqual(counting)
  })

  it('refuses by name what it does not read', () => {
    expect(() => file.dataset('lzf').read()).toThrow(broken('HDF5 filter 32000'))
    expect(() => file.dataset('text').read()).toThrow(broken('Expected numbers in the dataset text'))
    expect(() => file.dataset('unwritten').read()).toThrow(broken('none were ever written'))
    expect(() => file.dataset('many')).toThrow(broken('Expected many to be a dataset'))
    expect(() => file.dataset('none')).toThrow(broken('no object of that name'))
    expect(() => file.names('scalar')).toThrow(broken('Expected scalar to be a group'))
  })

  it('follows no link, into this file or another', () => {
    expect(() => file.dataset('soft')).toThrow(broken('soft is a link to /scalar'))
    expect(() => file.dataset('external')).toThrow(broken('Graft follows no links'))
  })
})

describe('HDF5', () => {
  it('opens no file that a dataset names', () => {
    expect(() => open('v108').dataset('elsewhere').read()).toThrow(broken('lies in other files'))
    expect(() => open('latest').dataset('virtual').read()).toThrow(broken('put together from other datasets or files'))
  })

  it('of the newest format: whole datasets are read, chunks refused by name', () => {
    expect([...open('latest').dataset('whole').read()]).toEqual([0, 1, 2, 3])
    expect(() => open('latest').dataset('chunked').read()).toThrow(broken('chunks of the newest HDF5 format'))
  })

  it('is found behind a user block', () => {
    const inner = bytesOf('earliest')
    const outer = new Uint8Array(512 + inner.byteLength)
    outer.set(inner, 512)
    expect([...readHdf5(bytesSource(outer)).dataset('scalar').read()]).toEqual([7.5])
  })

  it('that is something else, or cut off, is a broken file', () => {
    expect(() => readHdf5(bytesSource(new Uint8Array(4096)))).toThrow(broken('without its signature'))
    const whole = bytesOf('earliest')
    expect(() =>
      readHdf5(bytesSource(whole.slice(0, 100)))
        .dataset('scalar')
        .read(),
    ).toThrow(broken('cut off or damaged'))
  })

  it('gives no wrong numbers where a checksum covers them', () => {
    const bytes = bytesOf('earliest')
    const wrong = Array.from({ length: 40 }, (_, step) => {
      const copy = bytes.slice()
      const at = Math.floor((bytes.byteLength * (step + 1)) / 41)
      copy[at] = copy[at]! ^ 0xff
      try {
        return [...readHdf5(bytesSource(copy)).dataset('filtered').read()].some((value, index) => value !== index)
      } catch {
        return false
      }
    })
    expect(wrong.filter(Boolean)).toEqual([])
  })
})
