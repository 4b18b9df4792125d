import { readFileSync } from 'node:fs'
import { GraftError } from '../contract/errors.ts'
import { Manifest } from '../contract/trainer.ts'

/** Reads and checks `runs/<id>/manifest.json`. */
export function readManifest(path: string): Manifest {
  try {
    return Manifest.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new GraftError('E_DATASET_UNUSABLE', `Expected the run’s list of samples at ${path}. It cannot be read.`, {
      fix: 'Start the run again from its spec.',
      cause,
    })
  }
}
