import { basename } from 'node:path'
import { GraftError } from '../../contract/errors.ts'
import type { ModelImporter } from './importer.ts'
import { IMPORTERS } from './index.ts'

/** The importer for a file or folder. Throws E_MODEL_FILE where none knows it. */
export function findImporter(path: string): ModelImporter {
  const found = IMPORTERS.find((importer) => importer.matches(path))
  if (found !== undefined) return found
  const labels = IMPORTERS.map(({ label }) => label).join('; ')
  throw new GraftError(
    'E_MODEL_FILE',
    `Expected a model: ${labels}. Received: ${basename(path)}, which is none of these.`,
    {
      fix: 'docs/imports.md says which files are read.',
    },
  )
}
