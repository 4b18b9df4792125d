import { GraftError } from '@contract/errors.ts'
import type { InjectionKey } from 'vue'
import type { Given } from '../../app/picker.ts'

/** Looks at a model that was dropped where something else is expected, as the screen does with what is dropped on it. */
export const IMPORT_MODEL: InjectionKey<(given: Given) => void> = Symbol('import a model')

/** Several files at once are no model. */
export function severalFiles(label: string): GraftError {
  const message = `Expected one file, or the folder of a model. Received: ${label}.`
  return new GraftError('E_INPUT', message, { fix: 'Put the files of one model into a folder and drop that.' })
}
