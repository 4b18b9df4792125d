import { GraftError } from '../../contract/errors.ts'
import { IMPORTED } from './load-imported.ts'

/** For a reference to an imported model that is not there: which one, and how to bring it back. null: it is a reference of another kind.
 *  The same file under the same name has the same id and the same weights, so that runs which wait for it go on. */
export function missingImport(ref: string): GraftError | null {
  if (!ref.startsWith(IMPORTED)) return null
  const name = ref.slice(IMPORTED.length)
  return new GraftError(
    'E_MODEL_UNKNOWN',
    `Expected the imported model "${name}". Received: it is neither in this workspace nor on the shelf of all workspaces.`,
    {
      fix: `Import its file again under the name ${name}: Models -> Import a model, or graft model import FILE --name ${name}`,
      details: { path: 'base', ref },
    },
  )
}
