import { posix, win32 } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { histogram } from '../../../src-main/core/datasets/statistics.ts'
import { completePlan } from '../../../src-main/core/datasets/split-plan.ts'
import { slug } from '../../../src-main/core/files/slug.ts'
import { workspacePaths } from '../../../src-main/core/session/paths.ts'
import { betterSign } from '../../../src-main/contract/metric-facts.ts'
import { keptPlaces as thin } from '../../../src-main/core/runs/series.ts'

describe('thin', () => {
  it('keeps ends, extremes and order, within the limit', () => {
    fc.assert(
      fc.property(
        fc.float64Array({ minLength: 1, maxLength: 500, noNaN: true }),
        fc.integer({ min: 2, max: 600 }),
        (values, max) => {
          const kept = thin(values, max)
          if (values.length <= max) {
            expect(kept).toBeNull()
            return
          }
          expect(kept!.length).toBeLessThanOrEqual(max)
          expect([kept![0], kept!.at(-1)]).toEqual([0, values.length - 1])
          expect(kept!.every((place, i) => i === 0 || place > kept![i - 1]!)).toBe(true)
          if (max < 4) return
          const drawn = kept!.map((place) => values[place]!)
          expect([Math.min(...drawn) === Math.min(...values), Math.max(...drawn) === Math.max(...values)]).toEqual([
            true,
            true,
          ])
        },
      ),
    )
  })
})

describe('completePlan', () => {
  const columns = [{ id: 1, name: 'label', type: 'classification' as const, classes: ['a'] }]
  const shares = (given: object) => {
    const { train, validation, test } = completePlan(given, columns)
    return [train, validation, test].map((share) => Number(share.toFixed(3)))
  }
  it('fills in what was left out', () => {
    expect(shares({})).toEqual([0.7, 0.15, 0.15])
    expect(shares({ train: 0.8 })).toEqual([0.8, 0.1, 0.1])
    expect(shares({ test: 0.2 })).toEqual([0.659, 0.141, 0.2])
    expect(shares({ train: 0.9, validation: 0.1 })).toEqual([0.9, 0.1, 0])
    expect(completePlan({}, columns)).toMatchObject({ seed: 1, stratifyBy: 'label' })
    expect(completePlan({ stratifyBy: null, seed: 4 }, columns)).toMatchObject({ seed: 4, stratifyBy: null })
  })
  it.each([
    { train: 0.5, validation: 0.1, test: 0.1 },
    { train: 0.9, test: 0.9 },
    { train: 0 },
    { stratifyBy: 'nowhere' },
  ])('refuses %j', (given) => expect(() => completePlan(given, columns)).toThrow(/Expected .* Received/))
})

describe('histogram', () => {
  it('counts every value once', () => {
    fc.assert(
      fc.property(fc.float64Array({ minLength: 1, noNaN: true, min: -1e6, max: 1e6 }), (values) => {
        const bins = histogram(values)
        expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(values.length)
        expect(bins[0]!.from === Math.min(...values) && bins.at(-1)!.to === Math.max(...values)).toBe(true)
      }),
    )
    expect(histogram(new Float64Array())).toEqual([])
    expect(histogram(Float64Array.of(3, 3))).toEqual([{ from: 3, to: 3, count: 2 }])
  })
})

describe('paths', () => {
  it('inside the workspace are stored relative, others as they are', () => {
    const paths = workspacePaths('/home/me/ws')
    for (const path of ['/home/me/ws/datasets/a/b.png', '/home/me/wsx/a', '/home/me', '/other']) {
      expect(paths.fromStored(paths.toStored(path))).toBe(path)
    }
    expect(paths.toStored('/home/me/ws/datasets/a')).toBe('datasets/a')
    expect(paths.toStored('/home/me/wsx/a')).toBe('/home/me/wsx/a')
  })

  it('are stored alike on Windows, whatever is upper or lower case there', () => {
    const paths = workspacePaths('C:\\Users\\me\\ws', win32)
    expect(paths.toStored('c:\\users\\me\\WS\\datasets\\a\\é.png')).toBe('datasets/a/é.png')
    expect(paths.fromStored('datasets/a/é.png')).toBe('C:\\Users\\me\\ws\\datasets\\a\\é.png')
    for (const path of ['D:\\photos\\a.png', '\\\\nas\\photos\\a.png', 'C:\\Users\\me\\wsx\\a', 'C:\\Users\\me\\ws']) {
      expect(paths.toStored(path)).toBe(path)
      expect(paths.fromStored(path)).toBe(path)
    }
    const onDrive = workspacePaths('D:\\', win32)
    expect(onDrive.toStored('D:\\datasets\\a')).toBe('datasets/a')
    expect(onDrive.fromStored('datasets/a')).toBe('D:\\datasets\\a')
  })

  it('that lie outside are on another system where they lay on theirs, never in the workspace', () => {
    const [linux, windows] = [workspacePaths('/ws', posix), workspacePaths('C:\\ws', win32)]
    for (const path of ['D:\\photos\\a.png', '\\\\nas\\photos\\a.png']) expect(linux.fromStored(path)).toBe(path)
    expect(windows.fromStored('/home/me/a.png')).toBe('/home/me/a.png')
  })
})

it('small losses and errors are good, small accuracies are not, and of a rate neither', () => {
  const signs = (...names: string[]) => [...new Set(names.map(betterSign))]
  expect(signs('train.loss', 'test.label.loss', 'validation.age.rmse', 'loss')).toEqual([-1])
  expect(signs('train.softLoss', 'train.domainLoss', 'train.pseudoLoss', 'train.penalty', 'test.mse')).toEqual([-1])
  expect(signs('validation.rbm1.reconstructionError')).toEqual([-1])
  expect(signs('test.accuracy', 'validation.macroF1', 'test.r2', 'target.informationMaximisation')).toEqual([1])
  expect(signs('learningRate', 'train.lambda', 'train.weight.species', 'test.gloss')).toEqual([0])
})

it('file names come of run names in any script', () => {
  expect([slug('Birds, last 2 blocks!'), slug('../../etc'), slug('鳥の写真'), slug('***')]).toEqual([
    'birds-last-2-blocks',
    'etc',
    '鳥の写真',
    'model',
  ])
})
