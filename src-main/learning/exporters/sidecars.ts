import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExportJob, Manifest } from '../../contract/trainer.ts'
import { type ExportProof, proofLines } from './card/proof-lines.ts'
import type { ExportModel } from './exporter.ts'

export const LABELS_FILE = 'labels.json'

/** labels.json: what each output means, in the order of the outputs. */
export function labelsJson({ network, heads }: ExportModel): string {
  const listed = heads.map(({ name, type, classes, scale }, index) => ({
    name,
    type,
    output: network.outputs[index],
    meaning: type === 'classification' ? 'probability of each class, in this order' : NUMBER,
    classes,
    ...(type === 'classification' ? {} : (scale ?? { mean: 0, std: 1 })),
  }))
  return `${JSON.stringify({ heads: listed }, null, 2)}\n`
}

const NUMBER = 'the value is output * std + mean, in 64-bit floating point: 32 bits hold seven digits'

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

const GREY =
  'Use grey, one channel: round(0.299 R + 0.587 G + 0.114 B) of the encoded sRGB values (ITU-R BT.601); images that are grey stay as they are.'

/** preprocessing.json: how to fill the input, in data and in words. */
export function preprocessingJson({ preprocessing }: ExportModel): string {
  const steps =
    preprocessing.kind === 'image'
      ? [
          'Turn the image upright as its EXIF orientation says, put transparent parts on white.',
          preprocessing.channels === 3 ? 'Use RGB, channels last.' : GREY,
          preprocessing.resize === 'cover'
            ? `Scale (bilinear, with antialiasing when shrinking) until ${preprocessing.width} x ${preprocessing.height} is covered, crop around the exact middle, the same amount on both sides.`
            : `Scale (bilinear, with antialiasing when shrinking) to ${preprocessing.width} x ${preprocessing.height}, ignoring the aspect ratio.`,
          'x = (value / 255 - mean[channel]) / std[channel], float32, shape [batch, height, width, channels].',
        ]
      : [
          'Take the columns in this order.',
          'numeric: (value - mean) / std in 64-bit floating point, then float32; a missing value becomes the mean, 0.',
          'categorical: one value per category, 1 for the row’s own category and 0 for the others; missing or unknown: all 0.',
        ]
  return `${JSON.stringify({ ...preprocessing, steps }, null, 2)}\n`
}

/** model-card.md. Text of the user is data here: line breaks and table bars are taken out of it. */
export function modelCard(job: Pick<ExportJob, 'card' | 'format'>, model: ExportModel, proof: ExportProof): string {
  const { card } = job
  const heads = model.heads.map(({ name, type, classes, scale }) =>
    type === 'classification'
      ? `- **${plain(name)}**: ${classes.length} classes: ${classes.map(plain).join(', ')}`
      : `- **${plain(name)}**: a number, ${scale === undefined ? 'the output itself' : `output * ${scale.std} + ${scale.mean} (in 64 bits; labels.json has both)`}`,
  )
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
    'The exported files were loaded in a clean process and compared with the network inside Graft:',
    '',
    ...proofLines(proof).map((line) => `- ${line}`),
    '',
    '## Licences',
    '',
    ...(card.licences.length > 0 ? card.licences.map((line) => `- ${plain(line)}`) : ['- none beside your own data']),
    '',
  ].join('\n')
}

function plain(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[|\\<>`*_[\]]/g, (character) => `\\${character}`)
}
