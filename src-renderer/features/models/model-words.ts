import type { BaseModel, ExportRecord, ImagePrediction, Speed } from '@contract/models.ts'
import type { Variant } from '@contract/params.ts'
import { programSentences } from '@contract/proof-words.ts'
import {
  formatBytes,
  formatCount,
  formatInteger,
  formatNumber,
  formatPercent,
  formatTime,
  plural,
} from '../../ui/format.ts'
import type { BarRow } from '../../ui/charts/BarList.vue'

export const KIND_WORD: Readonly<Record<BaseModel['kind'], string>> = {
  trained: 'Trained here',
  pretrained: 'Pretrained base',
  imported: 'Imported base',
  architecture: 'Architecture, fresh weights',
}

/** Where an imported model is from, and what to know about it. */
export function importedFacts({ imported }: Pick<BaseModel, 'imported'>): [string, string | null][] {
  if (imported === null || imported.fault !== null) return []
  const { format, family, source, importedAt, classes, problems, isPrepared, isShared } = imported
  return [
    ['Imported from', `${source.name} (${format})`],
    ['SHA-256 of the file', source.sha256],
    ['Family', family],
    ['Imported', formatTime(importedAt)],
    ['Classes of its output', classes === 0 ? 'names not known' : formatInteger(classes)],
    ['Pixels', isPrepared ? null : 'how they are prepared is not known: choose it before training or predicting'],
    ['Kept', isShared ? 'on the shelf of all workspaces' : 'in this workspace'],
    ['To know', problems.join(' ') || null],
  ]
}

/** "Input: pixels · Weights: float16": what was chosen for an export, in the words of the form. */
export function optionWords(format: Variant | null, options: ExportRecord['options']): string {
  return Object.entries(options)
    .map(([name, value]) => {
      const field = format?.fields.find((one) => one.name === name)
      const choice = field?.choices?.find((one) => one.value === value)
      return `${field?.label ?? name}: ${choice?.label ?? String(value)}`
    })
    .join(' · ')
}

/** The promise: outputs within 1e-4, a program's within 0.01. */
export function isProven({ maxDifference, program }: ExportRecord['proof']): boolean {
  if (maxDifference !== null) return maxDifference <= 1e-4
  return program !== undefined && 'files' in program && program.maxDifference <= 0.01
}

/** Fewer bits answer a little otherwise, as was asked for: how much was measured. */
export function isMeasured({ options, proof }: Pick<ExportRecord, 'options' | 'proof'>): boolean {
  const hasRun = proof.maxDifference !== null || (proof.program !== undefined && 'files' in proof.program)
  return hasRun && (options['weights'] ?? 'float32') !== 'float32'
}

/** What loading the export again has shown, and what its program answered. */
export function proofSentence(proof: ExportRecord['proof']): string {
  return [loadedSentence(proof), ...(proof.program === undefined ? [] : programSentences(proof.program))].join(' ')
}

function loadedSentence({ samples, maxDifference, sameTop1 }: ExportRecord['proof']): string {
  if (maxDifference === null || sameTop1 === null) return 'Graft has no runtime of this format to load it again in.'
  const difference =
    maxDifference === 0 ? 'outputs are identical' : `largest difference ${formatNumber(maxDifference, 3)}`
  const top = sameTop1 >= 1 ? 'the same top class for all' : `the same top class for ${formatPercent(sameTop1)}`
  return `Loaded again in a clean process and asked for ${plural(samples, 'real sample')}: ${difference}, ${top}.`
}

/** The most probable classes of one head as bars. */
export function topClasses(head: ImagePrediction['heads'][number], limit = 5): BarRow[] {
  return head.classes.slice(0, limit).map(({ name, probability }) => ({
    label: name,
    share: probability,
    text: `${formatPercent(probability)}${said(head, name, probability)}`,
  }))
}

/** Of tags, whether it is said to be there: its threshold may lie anywhere. */
function said({ thresholds }: ImagePrediction['heads'][number], name: string, probability: number): string {
  if (thresholds === undefined) return ''
  return probability >= (thresholds[name] ?? 0.5) ? ' yes' : ' no'
}

/** "1 channel or 3 channels, 32 to 512 px". */
export function inputWords(model: Pick<BaseModel, 'inputs' | 'channels' | 'inputSizes' | 'defaultInputSize'>): string {
  if (model.inputs === 'table') return 'rows of a table'
  const colours = model.channels.map((count) => (count === 1 ? 'grey' : 'colour')).join(' or ')
  const sizes = model.inputSizes
  const size =
    sizes.length > 1
      ? `${Math.min(...sizes)} to ${Math.max(...sizes)} px`
      : (sizes[0] ?? model.defaultInputSize) === null || (sizes[0] ?? model.defaultInputSize) === undefined
        ? ''
        : `${sizes[0] ?? model.defaultInputSize} px`
  const words = [colours ? `${colours} pictures` : 'pictures', size].filter(Boolean).join(', ')
  return model.inputs === 'any' ? `${words}, or rows of a table` : words
}

/** "28.6 M parameters", "4.46 G multiply-adds", "114 MB": what a base is made of, as far as it is known. */
export function costWords(model: Pick<BaseModel, 'parameters' | 'multiplyAdds' | 'sizeBytes'>): string[] {
  const { parameters, multiplyAdds, sizeBytes } = model
  return [
    `${formatCount(parameters)} parameters`,
    `${formatCount(multiplyAdds)} multiply-adds`,
    ...(sizeBytes === null ? [] : [formatBytes(sizeBytes)]),
  ]
}

/** What may be done with the weights, and what they have learnt from; '': they are fresh. */
export function rightsWords({ kind, licence, trainedOn }: Pick<BaseModel, 'kind' | 'licence' | 'trainedOn'>): string {
  if (kind === 'architecture') return ''
  const learnt = `trained on ${trainedOn ?? 'data that its file does not name'}`
  return kind === 'trained' ? learnt : `Licence: ${licence ?? 'not said'} · ${learnt}`
}

/** "152 images/s". */
export function speedWords({ imagesPerSecond }: Speed): string {
  return `${formatNumber(imagesPerSecond, 3)} images/s`
}

/** As the job that measures a model is called. */
export function measuringTitle({ title }: Pick<BaseModel, 'title'>): string {
  return `Measure ${title}`
}

export function matchesModel(model: BaseModel, search: string): boolean {
  const text = `${model.title} ${model.description} ${model.id} ${model.run?.dataset ?? ''}`.toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** `count` different entries of a list, picked by `random` (0..1). */
export function sample<T>(list: readonly T[], count: number, random: () => number): T[] {
  const rest = [...list]
  const picked: T[] = []
  while (picked.length < count && rest.length > 0) {
    picked.push(...rest.splice(Math.floor(random() * rest.length), 1))
  }
  return picked
}
