import { expect, test } from 'vitest'
import { seededRandom } from '../../../../../src-main/base/seeded-random.ts'
import { countLeaves, treeDepth } from '../../../../../src-main/learning/trees/decision-tree.ts'
import { growTree } from '../../../../../src-main/learning/strategies/born-again-tree/grow-tree.ts'
import {
  createManufacture,
  outOfDomainShare,
} from '../../../../../src-main/learning/strategies/born-again-tree/manufacture.ts'
import { pruneOn, treeError } from '../../../../../src-main/learning/strategies/born-again-tree/prune-tree.ts'
import { coordinateGroups } from '../../../../../src-main/learning/strategies/born-again-tree/smear.ts'

const WIDTH = 3
const random = seededRandom(8)
const x = Float32Array.from({ length: 60 * WIDTH }, () => random())
/** A teacher with four regions: two tests say all there is to say. */
const teach = (rows: Float32Array) =>
  Int32Array.from({ length: rows.length / WIDTH }, (_, i) => {
    return 2 * Number(rows[i * WIDTH]! > 0.5) + Number(rows[i * WIDTH + 1]! > 0.3)
  })
const source = { width: WIDTH, x, groups: coordinateGroups(WIDTH), pAlt: 0.5 }
const label = (rows: Float32Array) => Promise.resolve(teach(rows))
const growing = { classes: 4, maxLeaves: 50, maxDepth: 10, minLeaf: 2 }

test('each node is filled up to n_min with rows of its own, which the teacher labels', async () => {
  const { make, more } = createManufacture({ source, label, random: seededRandom(1), rowsPerNode: 400 })
  const asked: number[] = []
  const tree = await growTree(await make(400), growing, {
    async more(path, have) {
      const rows = await more!(path, have)
      asked.push(have)
      for (let i = 0; rows !== null && i < rows.y.length; i++) {
        for (const step of path) {
          expect(rows.x[i * WIDTH + step.feature]! <= step.threshold).toBe(step.isLeft)
        }
      }
      return rows
    },
  })
  expect(asked.some((have) => have > 0 && have < 400)).toBe(true)
  for (const { counts } of tree.nodes) expect(counts.reduce((a, b) => a + b)).toBeGreaterThanOrEqual(400)
  // Four regions: three tests, and shares of the parent's rows add up.
  expect(countLeaves(tree)).toBe(4)
  expect(treeDepth(tree)).toBe(2)
  const leaves = tree.nodes.filter(({ feature }) => feature < 0)
  expect(leaves.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12)
  expect(treeError(tree, { width: WIDTH, x, y: teach(x) })).toBeLessThan(0.1)
})

test('fresh rows prune what the teacher’s noise grew', async () => {
  const noise = seededRandom(3)
  const noisy = (rows: Float32Array) =>
    Promise.resolve(teach(rows).map((y) => (noise() < 0.2 ? Math.floor(noise() * 4) : y)))
  const { make } = createManufacture({ source, label: noisy, random: seededRandom(2), rowsPerNode: 0 })
  const tree = await growTree(await make(600), growing)
  const pruned = pruneOn(tree, await make(2000))
  expect(countLeaves(tree)).toBeGreaterThan(15)
  expect(countLeaves(pruned.tree)).toBeLessThan(12)
  const clean = { width: WIDTH, x, y: teach(x) }
  expect(treeError(pruned.tree, clean)).toBeLessThanOrEqual(treeError(tree, clean))
})

test('the same seed manufactures the same tree', async () => {
  const grow = async (seed: number) => {
    const { make, more } = createManufacture({ source, label, random: seededRandom(seed), rowsPerNode: 100 })
    return growTree(await make(100), growing, { more })
  }
  expect(await grow(4)).toEqual(await grow(4))
  expect(await grow(4)).not.toEqual(await grow(5))
})

test('real rows are in the domain, rows that break a bond between columns are not', () => {
  // Two columns that are equal in every real row.
  const draw = seededRandom(6)
  const real = Float32Array.from(Array.from({ length: 300 }, () => draw()).flatMap((v) => [v, v + 0.001 * draw()]))
  const more = Float32Array.from(Array.from({ length: 200 }, () => draw()).flatMap((v) => [v, v + 0.001 * draw()]))
  const broken = Float32Array.from(Array.from({ length: 400 }, () => draw()))
  expect(outOfDomainShare(real, more, 2)).toBeLessThan(0.05)
  expect(outOfDomainShare(real, broken, 2)).toBeGreaterThan(0.8)
})
