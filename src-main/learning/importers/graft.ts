import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { issueText } from '../../base/issue-words.ts'
import { GraftError } from '../../contract/errors.ts'
import { Network, Preprocessing } from '../../contract/network.ts'
import { inferNetwork } from '../network/infer.ts'
import { readAllFloat32 } from '../weights/safetensors.ts'
import type { ImagePreparation, ModelImporter } from './importer.ts'

/** More than any description of a network has. */
const MAX_JSON_BYTES = 64 * 2 ** 20
const WEIGHTS = 'weights.safetensors'
const Heads = z.array(z.object({ type: z.enum(['classification', 'regression']), classes: z.array(z.string()) }))

/** A model that was trained in another workspace: the folder `runs/<id>/model` (docs/workspace.md). */
export const graft: ModelImporter = {
  format: 'graft',
  label: 'the model folder of a run in another workspace',
  matches: (path) => existsSync(join(path, 'network.json')) && existsSync(join(path, WEIGHTS)),
  async read({ path }) {
    const network = readPart(path, 'network', Network)
    const preparation = imagePreparation(readPart(path, 'preprocessing', Preprocessing))
    const heads = readPart(path, 'heads', Heads)
    const [head] = heads
    const isClassifier = heads.length === 1 && head?.type === 'classification'
    const weights = readAllFloat32(join(path, WEIGHTS))
    const wanted = new Set(inferNetwork(network).weights.map(({ fullName }) => fullName))
    return {
      format: 'Graft model',
      family: null,
      network,
      weights: new Map([...weights].filter(([name]) => wanted.has(name))),
      classes: isClassifier ? head.classes : null,
      preprocessing: preparation,
      problems: isClassifier
        ? []
        : ['Its outputs are not one list of classes: it serves as a base, not for predictions.'],
    }
  },
}

function imagePreparation(preprocessing: Preprocessing): ImagePreparation {
  if (preprocessing.kind === 'image') return preprocessing
  throw new GraftError('E_MODEL_UNSUPPORTED', 'Expected a model for pictures. Received: one for rows of a table.', {
    fix: 'Use it in the workspace that it was trained in.',
  })
}

function readPart<S extends z.ZodType>(folder: string, name: string, schema: S): z.output<S> {
  const file = join(folder, `${name}.json`)
  try {
    if (statSync(file).size > MAX_JSON_BYTES) throw new Error(`more than ${MAX_JSON_BYTES} bytes`)
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    const received = cause instanceof z.ZodError ? issueText(cause.issues) : String(cause)
    throw new GraftError('E_MODEL_FILE', `Expected ${name}.json of a Graft model. Received: ${received}.`, {
      fix: 'Take an intact copy of the folder.',
      cause,
    })
  }
}
