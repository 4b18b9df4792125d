import type { ExportedDataset } from '../contract/exported-dataset.ts'
import type { ExportedEntry } from './exported-plan.ts'
import { splitOfName } from './plan-folder.ts'

/** Split and class of a picture by the folders that it lies in. A folder that was added since is a class of its own. */
export function placeInFolders(path: string, { folders, labelColumns }: ExportedDataset): ExportedEntry {
  const [top = '', ...below] = path.split('/').slice(0, -1)
  // Some file systems give a name back in another Unicode form.
  const name = below.join('/').normalize()
  const known = folders.find(({ folder }) => folder.normalize() === name)?.class
  const label = name === '' ? null : (known ?? name)
  const labels = labelColumns.map(() => label)
  return { path, place: path, split: splitOfName(top), labels, values: [] }
}
