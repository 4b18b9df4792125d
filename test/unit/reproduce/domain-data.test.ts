import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { ExperimentSpec } from '../../../src-main/contract/spec.ts'
import { openPack } from '../../../src-main/data/pack.ts'
import { resolveVariants } from '../../../src-main/learning/plan/check-variants.ts'
import { importHere } from '../../support/import-here.ts'
import { writeIdx } from '../../reproduce/data/idx.ts'
import { mnistM } from '../../reproduce/data/mnist-m.ts'
import { evenFrame, type MoonPoint, twoMoons } from '../../reproduce/data/two-moons.ts'
import { uciDigits } from '../../reproduce/data/uci-digits.ts'
import { readUsps } from '../../reproduce/data/usps.ts'

const root = mkdtempSync(join(tmpdir(), 'graft-domain-data-'))
afterAll(() => rmSync(root, { recursive: true }))

test('MNIST-M is |patch - digit| per channel, and Graft reads it as colour', async () => {
  const photos = join(root, 'photos')
  mkdirSync(photos)
  // One photograph of a single colour: every patch is known.
  await sharp({ create: { width: 40, height: 30, channels: 3, background: { r: 200, g: 100, b: 0 } } })
    .png()
    .toFile(join(photos, 'flat.jpg'))
  const images = new Uint8Array(2 * 784)
  images[0] = 255
  images[784 + 783] = 150
  const made = await mnistM({ images, labels: Uint8Array.from([3, 7]) }, photos, 1)
  expect([...made.images.subarray(0, 6)]).toEqual([55, 155, 255, 200, 100, 0])
  expect([...made.images.subarray(-3)]).toEqual([50, 50, 150])
  const folder = join(root, 'mnist-m')
  writeIdx(folder, 'train', made)
  writeIdx(folder, 't10k', made)
  const { items } = await importHere(folder, join(root, 'imported'))
  expect(items.map(({ labels, split, channels }) => [labels['label'], split, channels])).toEqual([
    ['3', 'train', 3],
    ['7', 'train', 3],
    ['3', 'test', 3],
    ['7', 'test', 3],
  ])
  const pack = openPack(join(root, 'imported', 'pixels.u8'))
  expect([...pack.row(1)]).toEqual([...made.images.subarray(784 * 3)])
  pack.close()
})

test('UCI digits fill the box that MNIST’s fill', async () => {
  const path = fileURLToPath(new URL('../../../resources/samples/uci-digits/digits.csv', import.meta.url))
  const { images, labels, shape } = await uciDigits(path)
  expect([labels.length, images.length, shape]).toEqual([1797, 1797 * 784, [28, 28, 1]])
  expect([...labels.subarray(0, 4)]).toEqual([0, 1, 2, 3])
  const first = images.subarray(0, 784)
  const frame = first.filter((_, i) => i % 28 < 4 || i % 28 > 23 || i < 4 * 28 || i >= 24 * 28)
  expect(Math.max(...frame)).toBe(0)
  expect(images.reduce((most, value) => Math.max(most, value), 0)).toBe(255)
})

describe('USPS', () => {
  const write = (name: string, lines: string[]) => {
    const path = join(root, name)
    writeFileSync(path, lines.join('\n') + '\n')
    return path
  }

  test('zip.train: a digit and 256 values from -1 to 1', () => {
    const values = Array.from({ length: 256 }, (_, i) => (i === 0 ? 1 : i === 1 ? 0 : -1).toFixed(4))
    const { images, labels, shape } = readUsps(write('zip.train', [`6.0000 ${values.join(' ')} `]))
    expect([...labels]).toEqual([6])
    expect(shape).toEqual([16, 16, 1])
    expect([...images.subarray(0, 3)]).toEqual([255, 128, 0])
  })

  test('LIBSVM: digits from 1, values by place', () => {
    const { images, labels } = readUsps(write('usps', ['10 1:-1 2:0.5 256:1', '1 3:-0.2']))
    expect([...labels]).toEqual([9, 0])
    expect([images[0], images[1], images[2], images[255]]).toEqual([0, 191, 0, 255])
  })

  test('its spec is one that Graft runs', () => {
    const path = fileURLToPath(new URL('../../reproduce/data/mnist-to-usps.json', import.meta.url))
    const { spec, problems } = resolveVariants(ExperimentSpec.parse(JSON.parse(readFileSync(path, 'utf8'))))
    expect(problems).toEqual([])
    expect(spec.strategy).toMatchObject({ type: 'dann', target: 'usps', selection: 'last' })
  })

  test('says what it cannot read', () => {
    expect(() => readUsps(write('short', ['3 0.1 0.2']))).toThrow('Expected a digit and 256 values')
    expect(() => readUsps(write('packed', ['BZh91AY']))).toThrow('bunzip2')
  })
})

describe('two moons', () => {
  test('are half circles without noise', () => {
    const points = twoMoons(3, { noise: 0, degrees: 0, seed: 1 })
    expect(points.map(({ x, y }) => [x, y].map((v) => Math.round(v * 1e9) / 1e9))).toEqual([
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, 0.5],
      [1, -0.5],
      [2, 0.5],
    ])
  })

  test('half a turn swaps them', () => {
    const points = twoMoons(2, { noise: 0, degrees: 180, seed: 1 })
    expect(points[0]).toMatchObject({ x: expect.closeTo(0, 9) as number, y: expect.closeTo(0.5, 9) as number, moon: 0 })
  })

  test('the even frame keeps distances and gives both columns one spread', () => {
    const raw = [
      twoMoons(50, { noise: 0.05, degrees: 0, seed: 1 }),
      twoMoons(50, { noise: 0.05, degrees: 35, seed: 2 }),
    ]
    const even = evenFrame(raw)
    const apart = (a: MoonPoint, b: MoonPoint) => Math.hypot(a.x - b.x, a.y - b.y)
    expect(apart(even[0]![3]!, even[1]![70]!)).toBeCloseTo(apart(raw[0]![3]!, raw[1]![70]!), 9)
    const variance = (values: number[]) => values.reduce((sum, value) => sum + value * value, 0)
    expect(variance(even[0]!.map(({ x }) => x))).toBeCloseTo(variance(even[0]!.map(({ y }) => y)), 9)
  })
})
