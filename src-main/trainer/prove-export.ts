import { join } from 'node:path'
import { joinRows } from '../base/join-rows.ts'
import { plural } from '../base/plural.ts'
import { GraftError } from '../contract/errors.ts'
import type { ExportJob } from '../contract/trainer.ts'
import type { ExportProof } from '../learning/exporters/card/proof-lines.ts'
import { type Comparison, compareOutputs } from '../learning/exporters/compare-outputs.ts'
import type { Exporter, ExportModel } from '../learning/exporters/exporter.ts'
import { isQuantised } from '../learning/exporters/options.ts'
import { toPixels } from '../learning/exporters/pixel-input.ts'
import { inferNetwork } from '../learning/network/infer.ts'
import { float32Tensor, writeSafetensors } from '../learning/weights/safetensors.ts'
import type { JobContext } from './job-context.ts'
import { proveProgram } from './program/prove-program.ts'
import { runInApp } from './run-in-app.ts'
import { type SampleInputs, sampleInputs } from './sample-inputs.ts'

/** Larger differences mean that the export is another network. Float32 in another order of operations stays far below.
 *  Of probabilities; of numbers in standard deviations of their target. */
const LARGEST_DIFFERENCE = 1e-3
/** The same of the shipped program, whose decoders and runtime are others: 1 % of a probability. */
const LARGEST_OF_PROGRAM = 1e-2
/** About this many multiply-adds of the proof take a few seconds. */
const PROOF_MULTIPLY_ADDS = 3e9
const MOST_SAMPLES = 64
const FEWEST_SAMPLES = 4

/** Of the progress: written, loaded again, asked for files. */
export const EXPORT_STEPS = 3

export interface Proving {
  readonly exporter: Exporter
  readonly model: ExportModel
  /** With the export's files, programs and sidecars. */
  readonly folder: string
  readonly scratch: string
  readonly context: JobContext
}

/** Compares an export with the network in this process: its outputs, where Graft has a runtime of the format, then the answers that its program
 *  gives for files, where that can be run. Throws E_EXPORT_MISMATCH; smaller weights may differ, which is told. */
export async function proveExport(job: ExportJob, proving: Proving): Promise<ExportProof> {
  const { exporter, model, context } = proving
  const isExact = !isQuantised(job.options ?? {})
  const affordable = affordableSamples(model)
  // What fewer bits cost is a share of answers: a few items do not tell it.
  const most = isExact ? affordable : job.samples.items.length
  const inputs = await proofInputs(job, model, most, context.signal)
  const expected = await runInApp(job.model, inputs)
  let loaded: Comparison | null = null
  let loadedSamples = 0
  if (exporter.load !== undefined) {
    await tell(context, 1, 'Loading them in a clean process')
    const rows = inputs.rows.slice(0, affordable)
    const answers = await loadAgain({ ...inputs, rows }, proving)
    loaded = compareOutputs(firstOf(expected, rows.length), answers, model.heads)
    loadedSamples = rows.length
    refuse(loaded.maxDifference, isExact ? LARGEST_DIFFERENCE : Number.MAX_VALUE, plural(rows.length, 'sample'))
  }
  await tell(context, 2, 'Asking the shipped program')
  const program = await proveProgram(job, { ...proving, inputs, expected, isExact })
  if (program !== undefined && 'files' in program) {
    const limit = isExact ? LARGEST_OF_PROGRAM : Number.MAX_VALUE
    refuse(program.maxDifference, limit, `${plural(program.files, 'file')} that its program was asked for`)
  }
  return {
    samples: loadedSamples,
    maxDifference: loaded?.maxDifference ?? null,
    sameTop1: loaded?.sameTop1 ?? null,
    ...(program === undefined ? {} : { program }),
    isRealData: inputs.isRealData,
    isNative: exporter.runtime === 'tensorflow',
  }
}

/** How far an export has come. */
export async function tell({ send }: JobContext, done: number, message: string): Promise<void> {
  await send({ type: 'progress', done, total: EXPORT_STEPS, message })
}

async function loadAgain(inputs: SampleInputs, { exporter, model, folder, scratch, context }: Proving) {
  const shape = [inputs.rows.length, ...inputs.shape]
  const prepared = joinRows(inputs.rows)
  const x = model.takesPixels ? toPixels(prepared, model.preprocessing) : prepared
  const file = join(scratch, 'inputs.safetensors')
  writeSafetensors(file, [float32Tensor('x', shape, x)])
  const verifyJob = { kind: 'verify' as const, format: exporter.type, folder, inputs: file }
  return context.verify(verifyJob).catch((cause: unknown) => {
    throw thrownAway(`Expected the exported files to load again. Received: ${String(cause)}.`, { cause: String(cause) })
  })
}

function refuse(difference: number, limit: number, where: string): void {
  if (difference <= limit) return
  throw thrownAway(
    `Expected the exported files to give the same outputs within ${limit} (numbers: standard deviations of their target). Received a difference of ${difference} on ${where}.`,
    { maxDifference: String(difference) },
  )
}

function thrownAway(message: string, details: Record<string, string>): GraftError {
  const fix = 'The export was thrown away. Export in another format, and report this model.'
  return new GraftError('E_EXPORT_MISMATCH', message, { fix, details })
}

function proofInputs(job: ExportJob, { network }: ExportModel, most: number, signal: AbortSignal) {
  const shape = inferNetwork(network).shapes.get(network.layers[0]?.name ?? '') ?? []
  return sampleInputs(job, { shape, most: Math.max(FEWEST_SAMPLES, most), signal })
}

function affordableSamples({ network }: ExportModel): number {
  const cost = inferNetwork(network).facts.reduce((total, layer) => total + layer.multiplyAdds, 1)
  return Math.max(FEWEST_SAMPLES, Math.min(MOST_SAMPLES, Math.floor(PROOF_MULTIPLY_ADDS / cost)))
}

function firstOf(outputs: number[][][], samples: number): number[][][] {
  return outputs.map((head) => head.slice(0, samples))
}
