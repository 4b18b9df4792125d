import { join } from 'node:path'
import type { ExperimentSpecInput } from '../../../src-main/contract/spec.ts'
import { gapClosed } from '../../../src-main/learning/domain-gap/domain-exhibits.ts'
import { type LabelledImages, writeIdx } from '../data/idx.ts'
import { distances, mean, over, rounded, targetAccuracy, told } from './adaptation.ts'
import { type ClaimWorkspace, openWorkspace } from './graft.ts'
import { readMnist } from './mnist.ts'
import type { ClaimReport, Figures } from './record.ts'

/** What is tried on one pair of datasets. */
export interface DigitSettings {
  readonly base: ExperimentSpecInput['base']
  readonly batchSize: number
  readonly optimizer: ExperimentSpecInput['optimizer']
  /** Of source-only, DANN and target-supervised. */
  readonly epochs: number
  readonly dann: Readonly<Record<string, unknown>>
  /** Of ADDA's source stage. */
  readonly addaEpochs: number
  readonly adda: Readonly<Record<string, unknown>>
}

export interface DigitDomain {
  readonly train: LabelledImages
  readonly test: LabelledImages
}

let opened: ClaimWorkspace | null = null
const imported = new Set<string>()

/** All training images are trained on: there is no validation split. */
async function importDomain(name: string, make: () => Promise<DigitDomain> | DigitDomain): Promise<ClaimWorkspace> {
  opened ??= openWorkspace()
  if (imported.has(name)) return opened
  const { train, test } = await make()
  const folder = join(opened.folder, name)
  writeIdx(folder, 'train', train)
  writeIdx(folder, 't10k', test)
  await opened.import(name, folder, ['--split', '1,0,0'])
  imported.add(name)
  return opened
}

export interface DigitPair {
  readonly source: { readonly name: string; make(): Promise<DigitDomain> | DigitDomain }
  readonly target: { readonly name: string; make(): Promise<DigitDomain> | DigitDomain }
}

/** A workspace with both datasets of a pair. */
export async function importPair({ source, target }: DigitPair): Promise<ClaimWorkspace> {
  await importDomain(source.name, source.make)
  return importDomain(target.name, target.make)
}

/** Source-only, DANN and target-supervised from one seed. */
export async function dannFigures(pair: DigitPair, settings: DigitSettings, seed: number): Promise<Figures> {
  const workspace = await importPair(pair)
  const { base, batchSize, optimizer, epochs, dann } = settings
  const strategy = { type: 'dann', target: pair.target.name, targetSupervised: true, ...dann }
  const run = await workspace.run({ dataset: pair.source.name, base, batchSize, optimizer, seed, epochs, strategy })
  const distance = distances(run)
  return {
    sourceOnly: rounded(targetAccuracy(run, 'source-only')),
    dann: rounded(targetAccuracy(run, 'DANN')),
    targetSupervised: rounded(targetAccuracy(run, 'target-supervised')),
    distanceBefore: rounded(distance.before),
    distanceAfter: rounded(distance.after),
  }
}

/** ADDA and the network of its first stage from one seed. */
export async function addaFigures(pair: DigitPair, settings: DigitSettings, seed: number): Promise<Figures> {
  const workspace = await importPair(pair)
  const { base, batchSize, optimizer, addaEpochs: epochs, adda } = settings
  const strategy = { type: 'adda', target: pair.target.name, ...adda }
  const run = await workspace.run({ dataset: pair.source.name, base, batchSize, optimizer, seed, epochs, strategy })
  return {
    addaSourceOnly: rounded(targetAccuracy(run, 'source-only')),
    adda: rounded(targetAccuracy(run, 'ADDA')),
  }
}

export const METHODS = [
  { name: 'DANN', figures: dannFigures },
  { name: 'ADDA', figures: addaFigures },
]

export interface DigitReport extends ClaimReport {
  /** Mean share of the gap that each method closes. */
  readonly closed: { readonly dann: number; readonly adda: number }
}

/** One table of all seeds. */
export function digitReport(parts: Readonly<Record<string, Figures>>): Omit<DigitReport, 'isReached'> {
  const values = (name: string) => over(parts, name)
  const closedBy = (name: 'dann' | 'adda', from: string) => {
    const row = (key: string) => ({ name: key, source: null, target: mean(values(key)) })
    const results = { method: name, sourceOnly: row(from), adapted: row(name), oracle: row('targetSupervised') }
    return gapClosed(results) ?? 0
  }
  const closed = { dann: closedBy('dann', 'sourceOnly'), adda: closedBy('adda', 'addaSourceOnly') }
  const each = (name: string) => values(name).map((value) => (100 * value).toFixed(1)).join(', ') // prettier-ignore
  const share = (value: number) => `${(100 * value).toFixed(0)} %`
  return {
    columns: ['network', 'target accuracy', 'gap closed', 'each seed'],
    rows: [
      ['source-only', told(values('sourceOnly')), '', each('sourceOnly')],
      ['DANN', told(values('dann')), share(closed.dann), each('dann')],
      ['ADDA’s own source stage', told(values('addaSourceOnly')), '', each('addaSourceOnly')],
      ['ADDA', told(values('adda')), share(closed.adda), each('adda')],
      ['target-supervised (oracle)', told(values('targetSupervised')), '100 %', each('targetSupervised')],
    ],
    words: `DANN closes ${share(closed.dann)} of the gap between source-only and target-supervised, ADDA ${share(closed.adda)} of that from its own source stage. Proxy A-distance at the layer that is adapted by DANN: ${told(values('distanceBefore'), false)} before, ${told(values('distanceAfter'), false)} after.`,
    closed,
  }
}

const SHAPE = [28, 28, 1] as const

/** Some of MNIST's images, by their places. */
export function mnistImages(part: 'train' | 't10k', from: number, count: number): LabelledImages {
  const { images, labels } = readMnist(part)
  return {
    images: images.subarray(from * 784, (from + count) * 784),
    labels: labels.subarray(from, from + count),
    shape: SHAPE,
  }
}
