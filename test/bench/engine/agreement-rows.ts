import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PrecisionReport } from '../../../src-main/contract/precision.ts'
import { makePhotoFolder } from '../../support/photo-folder.ts'
import { graft } from './folder-training.ts'
import type { Row } from './row.ts'

const DIGITS = fileURLToPath(new URL('../../../resources/samples/digits', import.meta.url))
/** Small cuts, so that not every answer is right. */
const CUTS = { perClass: 200, side: 40, size: 256 }
const BASES = [
  { id: 'lite0', base: 'efficientnet-lite0', name: 'EfficientNet-Lite0' },
  { id: 'lite2', base: 'efficientnet-lite2', name: 'EfficientNet-Lite2' },
] as const

interface Images {
  readonly id: string
  readonly title: string
  /** Shares of training, validation and testing: 1,000 images to compare on. */
  readonly split: string
  /** Folders, each a dataset of its own. */
  readonly sources: (folder: string) => Promise<readonly string[]>
}

const IMAGES: readonly Images[] = [
  {
    id: 'photos',
    title: '2,000 cuts of photographs that were not trained on',
    split: '0.375,0.625,0',
    sources: (folder) => Promise.all([1, 2].map((seed) => cuts(folder, seed))),
  },
  {
    id: 'digits',
    title: '1,000 digits that were not trained on',
    split: '0.8,0.2,0',
    sources: () => Promise.resolve([DIGITS]),
  },
]

/** Heads trained on int8 features against heads trained on float32's, as `graft precision --measure` compares them. */
export const agreementRows: readonly Row[] = Object.freeze(
  BASES.flatMap(({ id, base, name }) =>
    IMAGES.flatMap((images) => {
      const measured = oncePerFolder((folder) => agreementOf(folder, base, images))
      return [
        row({
          id: `agreement-${id}-${images.id}`,
          title: `int8 features of ${name}, ${images.title}: top-1 as in float32`,
          ...{ unit: '%', better: 'more', goal: 98 },
          measure: async (folder) => (await measured(folder)).top1,
        }),
        row({
          id: `agreement-${id}-${images.id}-accuracy`,
          title: `int8 features of ${name}, ${images.title}: accuracy less than in float32`,
          ...{ unit: 'points', better: 'less', goal: 0.5 },
          measure: async (folder) => (await measured(folder)).fall,
        }),
      ]
    }),
  ),
)

type Rest = Pick<Row, 'id' | 'title' | 'unit' | 'better' | 'goal'> & { measure(folder: string): Promise<number> }

function row({ measure, ...rest }: Rest): Row {
  return {
    ...rest,
    contenders: ['graft'],
    goals: {},
    mostRounds: 1,
    isLong: true,
    enter: (_name, { folder }) =>
      Promise.resolve({
        measure: async () => ({ value: await measure(folder) }),
        close: () => Promise.resolve(),
      }),
  }
}

/** Two rows tell of one measurement. */
function oncePerFolder<T>(measure: (folder: string) => Promise<T>): (folder: string) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return (folder) => {
    const found = known.get(folder) ?? measure(folder)
    known.set(folder, found)
    return found
  }
}

interface Agreement {
  /** Percent of images with the same answer. */
  readonly top1: number
  /** Points of accuracy that are lost. */
  readonly fall: number
}

async function agreementOf(folder: string, base: string, { id, split, sources }: Images): Promise<Agreement> {
  const all: Agreement[] = []
  for (const [i, source] of (await sources(folder)).entries()) {
    const workspace = join(folder, 'agreement')
    rmSync(workspace, { recursive: true, force: true })
    mkdirSync(workspace)
    const file = join(folder, 'agreement.json')
    const frozen = { freeze: { all: true }, strategy: { type: 'feature-extraction' }, epochs: 1 }
    writeFileSync(file, JSON.stringify({ dataset: id, base, ...frozen, prefixPrecision: 'int8' }))
    graft(['dataset', 'import', source, '--name', id, '--split', split, '-w', workspace])
    const { report } = JSON.parse(graft(['precision', file, '--measure', '--json', '-w', workspace])) as Answer
    all.push(agreementIn(report, `${id} ${i + 1}`))
  }
  const mean = (of: (each: Agreement) => number) => all.reduce((sum, each) => sum + of(each), 0) / all.length
  return { top1: mean(({ top1 }) => top1), fall: mean(({ fall }) => fall) }
}

interface Answer {
  readonly report: PrecisionReport | null
}

/** Of int8 against float32. Throws an Error that says why there is none. */
export function agreementIn(report: PrecisionReport | null, what: string): Agreement {
  const int8 = report?.options.find(({ precision }) => precision === 'int8')
  const { top1 = null, accuracy = null } = int8?.agreement ?? {}
  if (top1 === null || accuracy === null) throw new Error(`${what}: ${int8?.refusal ?? 'nothing was compared'}`)
  return { top1: 100 * top1, fall: 100 * (accuracy.float32 - accuracy.here) }
}

async function cuts(folder: string, seed: number): Promise<string> {
  const target = join(folder, `cuts-${seed}`)
  if (!existsSync(target)) await makePhotoFolder(target, { ...CUTS, seed })
  return target
}
