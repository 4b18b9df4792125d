import type { DatasetFormat } from '../../contract/datasets.ts'
import { EXPORTED_TYPE, type ExportedDataset } from '../../contract/exported-dataset.ts'
import { separatorFor } from '../../base/tag-cells.ts'
import { openPack } from '../../data/pack.ts'
import { columnNames } from '../../data/text-table.ts'
import { createSafePlaces } from '../files/safe-places.ts'
import type { Workspace } from '../session/workspace.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { packPath } from './manifest.ts'

/** What lies beside the lists or folders of a dataset, and says of it what they cannot. */
export function exportDocument(
  workspace: Workspace,
  state: DatasetState,
  format: DatasetFormat,
  hash: string,
): ExportedDataset {
  const { row } = state
  const headers = headersOf(state)
  return {
    type: EXPORTED_TYPE,
    formatVersion: 1,
    name: row.name,
    version: row.version,
    hash,
    kind: row.kind,
    layout: format,
    labelColumns: row.labelColumns.map(({ name, type, classes }, i) => ({
      name,
      type,
      classes: [...classes],
      header: headers.labels[i]!,
      ...(type === 'tags' && format === 'csv' ? { separator: separatorFor(classes) ?? ';' } : {}),
    })),
    featureColumns: row.featureColumns.map((column, i) => ({ ...column, header: headers.features[i]! })),
    splitHeader: headers.split,
    split: row.split,
    pixels: row.kind === 'image' ? pixelsOf(packPath(workspace, state)) : null,
    folders: format === 'folders' ? classFolders(state) : [],
  }
}

/** Names of columns as a CSV can have them, each once; those of features stay what they are. */
function headersOf({ row }: DatasetState) {
  const features = row.featureColumns.map(({ name }) => name)
  const labels = row.labelColumns.map(({ name }) => name)
  const own = row.kind === 'image' ? ['path'] : features
  const names = columnNames([...own, ...labels, 'split'])
  return {
    features: row.kind === 'image' ? [] : names.slice(0, own.length),
    labels: names.slice(own.length, -1),
    split: names.at(-1)!,
  }
}

function pixelsOf(path: string | null): ExportedDataset['pixels'] {
  if (path === null) return null
  const pack = openPack(path)
  const { height, width, channels } = pack.shape
  pack.close()
  return { height, width, channels }
}

/** A folder for each class, under a name that every file system takes. */
export function classFolders({ row }: DatasetState): ExportedDataset['folders'] {
  const places = createSafePlaces()
  return (row.labelColumns[0]?.classes ?? []).map((name) => ({ class: name, folder: places.folder(name) }))
}
