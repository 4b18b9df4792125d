import type { ExportModel } from '../exporter.ts'
import { labelsJson, preprocessingJson } from '../sidecars.ts'
import { JAVASCRIPT_ANSWERS } from './javascript-answers.ts'
import { JAVASCRIPT_PIXELS } from './javascript-pixels.ts'
import { JAVASCRIPT_TABLES } from './javascript-tables.ts'
import { PAGE_SCRIPT, PAGE_STYLE } from './page-parts.ts'

export const PAGE = 'predict.html'
export const PAGE_MODEL = 'predict-model.js'
/** Its library, as it is published. */
export const PAGE_LIBRARY = 'tf.min.js'

/** predict.html: answers in a browser, opened from the folder. Pages of a file may load scripts and nothing else, so the model comes as one. */
export function pageProgram({ preprocessing }: Pick<ExportModel, 'preprocessing'>): string {
  const isTable = preprocessing.kind === 'table'
  const what = isTable ? 'a CSV file with the columns that the model was trained on' : 'photographs'
  const parts = [isTable ? JAVASCRIPT_TABLES : JAVASCRIPT_PIXELS, JAVASCRIPT_ANSWERS, PAGE_SCRIPT]
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    '<title>Ask the model</title>',
    `<style>${PAGE_STYLE}</style>`,
    '<h1>Ask the model</h1>',
    `<p><label>Choose ${what}, or drop them on this page: <input type="file" id="files" multiple accept="${isTable ? '.csv,.tsv,.txt' : 'image/*'}"></label></p>`,
    ...(isTable ? [] : [`<p class="quiet">${CAVEAT}</p>`]),
    '<p id="state" role="status">Loading the model …</p>',
    '<ol id="answers"></ol>',
    `<script src="${PAGE_LIBRARY}"></script>`,
    `<script src="${PAGE_MODEL}"></script>`,
    '<script>',
    "'use strict'",
    'const { preparation: PREPARATION, heads: HEADS } = GRAFT_MODEL',
    ...parts.map((part) => part.replaceAll('export function', 'function').trim()),
    '</script>',
    '</html>',
    '',
  ].join('\n')
}

const CAVEAT =
  'Nothing leaves this computer. Browsers decode CMYK, 16-bit and transparent pictures in ways of their own: for those predict.mjs or another export is nearer to Graft.'

export interface PageArtifacts {
  readonly modelTopology: unknown
  readonly weightSpecs: readonly unknown[]
  readonly weights: Uint8Array
}

/** So many bytes of weights are one string: engines limit how long those are. */
const PIECE_BYTES = 3 * 2 ** 20

/** The model as a script. */
export function pageModel(model: ExportModel, { modelTopology, weightSpecs, weights }: PageArtifacts): string {
  const facts = {
    preparation: JSON.parse(preprocessingJson(model)) as unknown,
    heads: (JSON.parse(labelsJson(model)) as { heads: unknown }).heads,
    modelTopology,
    weightSpecs,
  }
  const lines = [`var GRAFT_MODEL = ${JSON.stringify(facts)}`, 'GRAFT_MODEL.weights = []']
  for (let at = 0; at < weights.length; at += PIECE_BYTES) {
    const text = Buffer.from(weights.subarray(at, at + PIECE_BYTES)).toString('base64')
    lines.push(`GRAFT_MODEL.weights.push("${text}")`)
  }
  return `${lines.join('\n')}\n`
}
