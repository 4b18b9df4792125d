import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExportJob, Manifest } from '../../contract/trainer.ts'
import type { Preprocessing } from '../../contract/network.ts'
import { type ExportProof, proofLines } from './card/proof-lines.ts'
import type { ExportModel } from './exporter.ts'

export const LABELS_FILE = 'labels.json'

type ImagePreprocessing = Extract<Preprocessing, { kind: 'image' }>

/** labels.json: what each output means, in the order of the outputs. */
export function labelsJson({ network, heads }: ExportModel): string {
  const listed = heads.map(({ name, type, classes, scale, thresholds }, index) => ({
    name,
    type,
    output: network.outputs[index],
    meaning: MEANINGS[type],
    classes,
    ...(type === 'regression' ? (scale ?? { mean: 0, std: 1 }) : {}),
    ...(type === 'tags' ? { thresholds: classes.map((_, tag) => thresholds?.[tag] ?? 0.5) } : {}),
  }))
  return `${JSON.stringify({ heads: listed }, null, 2)}\n`
}

const MEANINGS = {
  classification: 'probability of each class, in this order',
  tags: 'probability of each tag by itself, in this order; it is there from its threshold on',
  regression: 'the value is output * std + mean, in 64-bit floating point: 32 bits hold seven digits',
} as const

/** What labels.json says of each output's unit. */
export function readScales(folder: string): Pick<Manifest['heads'][number], 'scale'>[] {
  const { heads } = JSON.parse(readFileSync(join(folder, LABELS_FILE), 'utf8')) as { heads: Labelled[] }
  return heads.map(({ type, mean, std }) => (type === 'regression' ? { scale: { mean, std } } : {}))
}

interface Labelled {
  readonly type: string
  readonly mean: number
  readonly std: number
}

/** preprocessing.json: how to fill the input, in data and in words, and in what the features were that the heads were trained on. */
export function preprocessingJson({ preprocessing, features, takesPixels = false }: ExportModel): string {
  const more =
    preprocessing.kind === 'image'
      ? { takesPixels, steps: imageSteps(preprocessing, takesPixels) }
      : { steps: TABLE_STEPS }
  const { calibration: _, ...trainedOn } = features ?? { calibration: null }
  const told = features === undefined ? {} : { trainedOn }
  return `${JSON.stringify({ ...preprocessing, ...more, ...told }, null, 2)}\n`
}

const TABLE_STEPS = [
  'Take the columns in this order.',
  'numeric: (value - mean) / std in 64-bit floating point, then float32; a missing value becomes the mean, 0.',
  'categorical: one value per category, 1 for the row’s own category and 0 for the others; missing or unknown: all 0.',
]

/** Of a model whose pictures were shrunk while they were decoded: these steps, and the programs, read them at full size. */
const SHRUNK_IN_TRAINING =
  'The model was trained on JPEG files that were shrunk while they were decoded (decoding: fast). The steps below read them at their full size, which gives pixels that are a few levels of 255 different: of photographs 0.2 to 0.7 on average, 12 at most.'

/** Every step is one that Pillow has; predict.py does exactly this. */
function imageSteps(preprocessing: ImagePreprocessing, takesPixels: boolean): string[] {
  const { width, height, channels, resize, decoding } = preprocessing
  return [
    ...(decoding === 'fast' ? [SHRUNK_IN_TRAINING] : []),
    'Decode the picture at its full size, its first frame or page: no shrinking while decoding, embedded colour profiles left aside.',
    'Turn it upright as its EXIF orientation says.',
    'Bring it to 8 bits a channel: of 16 bits take the upper eight. CMYK: R = 255 - K - round(C * (255 - K) / 255), likewise G and B.',
    'Put transparent parts on white: round(value * alpha / 255) + 255 - alpha.',
    channels === 3
      ? 'Use RGB, channels last; grey has three equal channels.'
      : 'Use grey, one channel, before resizing: (19595 R + 38470 G + 7471 B + 32768) >> 16, which is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601) in whole numbers; images that are grey stay as they are.',
    resize === 'cover'
      ? `The box is the largest middle of the picture in the shape ${width} : ${height}, as much left out on either side; it may end between two pixels.`
      : 'The box is the whole picture.',
    `Resize the box to ${width} x ${height} as Pillow's resize((width, height), BILINEAR, box=box) does: a triangle that widens with the factor when reducing, first across, then down, rounded to bytes after each.`,
    takesPixels
      ? 'x = the bytes, 0 to 255, shape [batch, height, width, channels]: the network scales them itself.'
      : 'x = (value / 255 - mean[channel]) / std[channel], float32, shape [batch, height, width, channels].',
  ]
}

/** model-card.md. Text of the user is data here: line breaks and table bars are taken out of it. */
export function modelCard(
  job: Pick<ExportJob, 'card' | 'format' | 'features' | 'options'>,
  model: ExportModel,
  proof: ExportProof,
): string {
  const { card } = job
  const heads = model.heads.map((head) => `- **${plain(head.name)}**: ${outputWords(head)}`)
  return [
    `# ${plain(card.title)}`,
    '',
    '| | |',
    '| --- | --- |',
    ...card.lines.map(({ label, value }) => `| ${plain(label)} | ${plain(value)} |`),
    '',
    '## Outputs',
    '',
    ...heads,
    '',
    '## Proof',
    '',
    'The exported files beside the network inside Graft, loaded in a clean process, and as their own program answers:',
    '',
    ...proofLines(proof, { ...job, features: plainFeatures(job) }).map((line) => `- ${line}`),
    '',
    '## Licences',
    '',
    ...(card.licences.length > 0 ? card.licences.map((line) => `- ${plain(line)}`) : ['- none beside your own data']),
    '',
  ].join('\n')
}

function plainFeatures({ features }: Pick<ExportJob, 'features'>): ExportJob['features'] {
  return features === undefined ? undefined : { ...features, layer: plain(features.layer) }
}

function outputWords({ type, classes, scale, thresholds }: ExportModel['heads'][number]): string {
  if (type === 'classification') return `${classes.length} classes: ${classes.map(plain).join(', ')}`
  if (type === 'tags') {
    const listed = classes.map((name, tag) => `${plain(name)} (from ${(thresholds?.[tag] ?? 0.5).toFixed(3)} on)`)
    return `${classes.length} tags, any number at once: ${listed.join(', ')}`
  }
  return `a number, ${scale === undefined ? 'the output itself' : `output * ${scale.std} + ${scale.mean} (in 64 bits; labels.json has both)`}`
}

function plain(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[|\\<>`*_[\]]/g, (character) => `\\${character}`)
}
