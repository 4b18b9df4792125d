import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, sep } from 'node:path'
import { removeAll, removeIfFree } from '../../base/disk/remove.ts'
import { replace } from '../../base/disk/replace.ts'
import { GraftError } from '../../contract/errors.ts'
import { PROGRAM_FILES } from '../../contract/proof-words.ts'
import type { ExportProof } from '../../contract/models.ts'
import type { ChildMessage, ExportJob } from '../../contract/trainer.ts'
import type { Calibration, Exporter, ExportModel, ExportSources } from '../../learning/exporters/exporter.ts'
import { findExporter } from '../../learning/exporters/find-exporter.ts'
import { javascriptProgram } from '../../learning/exporters/programs/javascript-program.ts'
import { pythonProgram } from '../../learning/exporters/programs/python-program.ts'
import { toPixels } from '../../learning/exporters/pixel-input.ts'
import { LABELS_FILE, labelsJson, modelCard, preprocessingJson } from '../../learning/exporters/sidecars.ts'
import { sha256OfFile } from '../../learning/weights/safetensors.ts'
import { writeHtmlCard } from '../html-card.ts'
import type { RunJob } from '../job-context.ts'
import { EXPORT_STEPS, proveExport, tell } from '../prove-export.ts'
import { readExportModel } from '../read-export-model.ts'
import { calibrationRows } from '../sample-inputs.ts'
import { loadTensorflow } from '../tf.ts'
import { singleOperations } from '../thread-pools.ts'

/** Writes a model in another program's format into a temporary neighbour folder, loads it again in a clean process, compares
 *  its outputs on real samples with the network in this process, and only then gives the folder its name.
 *  Throws E_EXPORT_FORMAT, E_MODEL_UNSUPPORTED, E_MODEL_WEIGHTS, E_EXPORT_MISMATCH; nothing is left behind then. */
export const runExport: RunJob<ExportJob> = async (job, context) => {
  const exporter = findExporter(job.format)
  checkFree(job.folder)
  const model = await readExportModel(job)
  const told = { ...job, features: model.features }
  const refusal = exporter.refuses(model)
  if (refusal !== null) throw refusal
  const scratch = mkdtempSync(join(tmpdir(), 'graft-export-'))
  const folder = `${job.folder}.part-${process.pid}`
  try {
    removePartial(job.folder)
    mkdirSync(folder, { recursive: true })
    await tell(context, 0, 'Writing the files')
    await exporter.write(model, folder, job.options, sourcesOf(job, model, context.signal))
    writePrograms(exporter, model, folder, job.options)
    const proof = await proveExport(job, { exporter, model, folder, scratch, context })
    writeFileSync(join(folder, 'model-card.md'), modelCard(told, model, proof))
    await writeHtmlCard(told, { folder, proof })
    const files = await listFiles(folder)
    context.signal.throwIfAborted()
    if (existsSync(job.folder)) rmdirSync(job.folder)
    replace(folder, job.folder)
    await tell(context, EXPORT_STEPS, 'Done')
    const { isRealData: _, isNative: __, ...proven } = proof
    await context.send({ type: 'exported', files, proof: { ...proven, ...trainedOn(model) } })
  } finally {
    removeAll(folder)
    removeIfFree(scratch)
  }
}

function sourcesOf(job: ExportJob, model: ExportModel, signal: AbortSignal): ExportSources {
  const calibration = async (): Promise<Calibration> => {
    const prepared = await calibrationRows(job, signal)
    const rows = model.takesPixels ? prepared.map((row) => toPixels(row, model.preprocessing)) : prepared
    return { tf: loadTensorflow(singleOperations(0)), rows, signal }
  }
  return { calibration }
}

/** What the record of the export keeps of the features. */
function trainedOn({ features }: ExportModel): Pick<ExportProof, 'trainedOn'> {
  if (features === undefined) return {}
  const { calibration: _, ...told } = features
  return { trainedOn: told }
}

function writePrograms(exporter: Exporter, model: ExportModel, folder: string, options: ExportJob['options']): void {
  writeFileSync(join(folder, LABELS_FILE), labelsJson(model))
  writeFileSync(join(folder, 'preprocessing.json'), preprocessingJson(model))
  const { python, javascript } = exporter.runtimes?.(model, options) ?? {}
  if (python) writeFileSync(join(folder, PROGRAM_FILES.python), pythonProgram(model, python))
  if (javascript) writeFileSync(join(folder, PROGRAM_FILES.javascript), javascriptProgram(model, javascript))
  exporter.page?.(model, folder)
}

async function listFiles(folder: string): Promise<Extract<ChildMessage, { type: 'exported' }>['files']> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const names = entries
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll(sep, '/'))
    .sort()
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      return { name, sizeBytes: statSync(path).size, sha256: await sha256OfFile(path) }
    }),
  )
}

/** What an export into this folder left behind when its process was killed. */
function removePartial(folder: string): void {
  const parent = dirname(folder)
  if (!existsSync(parent)) return
  for (const name of readdirSync(parent)) {
    if (name.startsWith(`${basename(folder)}.part-`)) removeAll(join(parent, name))
  }
}

function checkFree(folder: string): void {
  if (!existsSync(folder) || (statSync(folder).isDirectory() && readdirSync(folder).length === 0)) return
  throw new GraftError('E_INPUT', `Expected an empty or missing folder for the export. Received: ${folder}.`, {
    fix: 'Choose another folder; nothing is overwritten.',
  })
}
