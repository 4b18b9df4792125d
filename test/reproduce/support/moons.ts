import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { evenFrame, type MoonPoint, twoMoons } from '../data/two-moons.ts'
import { rounded, targetAccuracy } from './adaptation.ts'
import { type ClaimWorkspace, openWorkspace, type RunDocument } from './graft.ts'
import type { Figures } from './record.ts'

export const isShort = process.argv.includes('--short')

export const MOONS = {
  perMoon: 150,
  testPerMoon: 500,
  noise: 0.05,
  degrees: 35,
  hidden: '15',
  activation: 'sigmoid',
  batchSize: 32,
  epochs: isShort ? 5 : 150,
  optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0.9 },
  strategy: { type: 'dann', lambda: 6, lambdaSchedule: 'rising', discriminatorLayers: 0, discriminatorRateFactor: 6 },
}

export const seeds = isShort ? [1] : [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

let opened: ClaimWorkspace | null = null

/** DANN, and the plain network beside it, on moons of their own. */
export async function runMoons(seed: number): Promise<RunDocument> {
  opened ??= openWorkspace()
  const { perMoon, testPerMoon, noise, degrees } = MOONS
  const make = (by: number, own: number) => twoMoons(perMoon + testPerMoon, { noise, degrees: by, seed: own })
  const [source, target] = evenFrame([make(0, seed), make(degrees, seed + 500)])
  await importMoons(opened, `moons ${seed}`, source!)
  await importMoons(opened, `turned ${seed}`, target!)
  const { hidden, activation, batchSize, epochs, optimizer, strategy } = MOONS
  return opened.run({
    dataset: `moons ${seed}`,
    base: { architecture: 'mlp', options: { hidden, activation } },
    strategy: { ...strategy, target: `turned ${seed}` },
    seed,
    batchSize,
    epochs,
    optimizer,
  })
}

export async function moonsOf(seed: number): Promise<Figures> {
  const run = await runMoons(seed)
  const [plain, dann] = ['source-only', 'DANN'].map((name) => rounded(targetAccuracy(run, name)))
  return { sourceOnly: plain!, dann: dann! }
}

async function importMoons(workspace: ClaimWorkspace, name: string, points: readonly MoonPoint[]): Promise<void> {
  const path = join(workspace.folder, `${name}.csv`)
  const lines = points.map(({ x, y, moon }) => `${x},${y},${moon === 0 ? 'upper' : 'lower'}`)
  writeFileSync(path, ['x,y,moon', ...lines].join('\n'))
  const share = MOONS.perMoon / (MOONS.perMoon + MOONS.testPerMoon)
  await workspace.import(name, path, ['--label', 'moon', '--split', `${share},0,${1 - share}`])
}
