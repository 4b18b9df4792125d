import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { Preprocessing } from '../../contract/network.ts'
import { ArchitectureRef } from '../../contract/spec.ts'
import { ALL_ARCHITECTURES } from '../architectures/index.ts'
import type { PretrainedBase } from '../context.ts'

/** `manifest.json` of a base model's folder. */
const BaseManifest = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  architecture: ArchitectureRef,
  inputSizes: z.array(z.int()),
  preprocessing: Preprocessing.options[0],
  weights: z.object({ file: z.string(), sha256: z.string(), sizeBytes: z.int() }),
  /** The names of the output's classes, a JSON array. */
  classes: z.object({ file: z.string() }).optional(),
  licence: z.string(),
  source: z.string(),
  trainedOn: z.string(),
})

/** Every base model under `<resources>/base-models`. Reads manifests and class names only: the trainer checks the weights' hash when it
 *  reads them. A broken manifest is a bug of the package and throws. */
export function loadBaseModels(resourcesFolder: string): PretrainedBase[] {
  const root = resolve(resourcesFolder, 'base-models')
  if (!existsSync(root)) return []
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.map((entry) => loadBase(join(root, entry.name))).sort((a, b) => a.id.localeCompare(b.id))
}

function loadBase(folder: string): PretrainedBase {
  const manifest = BaseManifest.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')))
  const { architecture, options, inputSize, channels } = manifest.architecture
  const row = ALL_ARCHITECTURES.find((candidate) => candidate.type === architecture)
  if (!row) throw new Error(`${folder}: unknown architecture ${architecture}`)
  const size = inputSize ?? row.defaultInputSize
  const network = row.build(row.params.schema.parse(options ?? {}), { kind: 'image', size, channels: channels ?? 3 })
  const { id, title, description, preprocessing, weights, classes, inputSizes, licence, source, trainedOn } = manifest
  return {
    id,
    title,
    description,
    network: { ...network, name: id },
    preprocessing,
    isPrepared: true,
    isBgr: false,
    weights: { path: join(folder, weights.file), sha256: weights.sha256 },
    classes: classes === undefined ? [] : readClasses(join(folder, classes.file)),
    sizeBytes: weights.sizeBytes,
    inputSizes,
    licence,
    source,
    trainedOn,
    imported: null,
  }
}

function readClasses(path: string): string[] {
  return z.array(z.string()).parse(JSON.parse(readFileSync(path, 'utf8')))
}
