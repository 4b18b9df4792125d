import type { ModelFiles } from '../../contract/trainer.ts'
import type { LearningContext, PretrainedBase } from '../context.ts'

export interface NamedModel {
  readonly title: string
  readonly files: ModelFiles
  /** A trained model of the workspace; otherwise a shipped base model, whose only head tells the classes apart that it was trained on. */
  readonly isTrained: boolean
}

/** A model that has weights: `run:<id>` of the workspace, or a shipped base model by name; null: there is none. */
export function modelFilesOf(ref: string, context: Pick<LearningContext, 'bases' | 'trained'>): NamedModel | null {
  if (ref.startsWith('run:')) {
    const trained = context.trained(ref.slice('run:'.length))
    return trained === null ? null : { ...trained, isTrained: true }
  }
  const base = context.bases.find(({ id }) => id === ref)
  if (base === undefined) return null
  const { network, preprocessing, weights, title } = base
  return { title, files: { network, preprocessing, weights, heads: headsOf(base) }, isTrained: false }
}

/** No column of the user's; none where the names of its classes are not known. */
function headsOf({ network, classes }: PretrainedBase): ModelFiles['heads'] {
  if (classes.length === 0) return []
  return [{ name: network.outputs[0]!, column: '', type: 'classification', classes: [...classes] }]
}
