import type { Preprocessing } from '../contract/network.ts'
import type { Manifest } from '../contract/trainer.ts'
import type { TrainingData } from '../learning/engine/training-data.ts'

type TableData = Pick<TrainingData, 'samples' | 'copies' | 'preprocessingKey'>

export function openTableRows(manifest: Manifest, preprocessing: Extract<Preprocessing, { kind: 'table' }>): TableData {
  throw new Error(`${manifest.dataset.name} ${preprocessing.columns.length}`)
}
