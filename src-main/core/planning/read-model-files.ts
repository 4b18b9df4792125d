import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { GraftError } from '../../contract/errors.ts'
import { ModelFiles } from '../../contract/trainer.ts'
import { exportOffers } from '../../learning/catalog.ts'

const PARTS = ['network', 'preprocessing', 'heads'] as const

type Parts = Omit<ModelFiles, 'weights'>

/** What stands beside the weights of a trained model. Throws E_MODEL_WEIGHTS when a file is missing or damaged. */
export function readModelFiles(folder: string): Parts {
  const [network, preprocessing, heads] = PARTS.map((part) => readPart(folder, part))
  return { network, preprocessing, heads } as Parts
}

function readPart(folder: string, part: (typeof PARTS)[number]): unknown {
  const file = join(folder, `${part}.json`)
  try {
    return ModelFiles.shape[part].parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    const received = existsSync(file) ? 'a damaged file' : 'no file'
    throw new GraftError('E_MODEL_WEIGHTS', `Expected a part of a trained model in ${file}. Received: ${received}.`, {
      fix: 'Put the file back from a copy of the workspace, or train the model again.',
      cause,
    })
  }
}

/** What a list says of a trained model. */
export interface ModelSummary {
  /** Formats that it can be exported in. */
  readonly exports: readonly string[]
  /** Those that cannot hold it, with the reason. */
  readonly refusedExports: readonly { readonly format: string; readonly reason: string }[]
  /** Why it cannot be used; null: it can. */
  readonly problem: string | null
}

const known = new Map<string, { readonly stamp: string; readonly summary: ModelSummary }>()

/** Read anew only when a file has changed: lists ask for every model each time. */
export function modelSummary(folder: string): ModelSummary {
  const stamp = PARTS.map((part) => stampOf(join(folder, `${part}.json`))).join(' ')
  const entry = known.get(folder)
  if (entry?.stamp === stamp) return entry.summary
  const summary = summarise(folder)
  known.set(folder, { stamp, summary })
  return summary
}

function summarise(folder: string): ModelSummary {
  try {
    const { formats, refused } = exportOffers(readModelFiles(folder))
    const refusedExports = refused.map(({ format, error }) => ({ format, reason: error.message }))
    return { exports: formats, refusedExports, problem: null }
  } catch (error) {
    if (!(error instanceof GraftError)) throw error
    return { exports: [], refusedExports: [], problem: `${error.message} ${error.fix ?? ''}`.trim() }
  }
}

function stampOf(file: string): string {
  const facts = statSync(file, { throwIfNoEntry: false })
  return facts === undefined ? 'none' : `${facts.mtimeMs}/${facts.size}`
}
