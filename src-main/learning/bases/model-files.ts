import type { ModelFiles } from '../../contract/trainer.ts'
import type { LearningContext, PretrainedBase } from '../context.ts'
import { withoutSoftmax } from '../network/without-softmax.ts'

export interface NamedModel {
  readonly title: string
  readonly files: ModelFiles
  /** A trained model of the workspace; otherwise a base model, shipped or imported, whose only head tells the classes apart that it was trained on. */
  readonly isTrained: boolean
  /** False: how its pixels are prepared must be chosen first. */
  readonly isPrepared: boolean
}

/** A model that has weights: `run:<id>` of the workspace, or a base model by name; null: there is none. */
export function modelFilesOf(ref: string, context: Pick<LearningContext, 'bases' | 'trained'>): NamedModel | null {
  if (ref.startsWith('run:')) {
    const trained = context.trained(ref.slice('run:'.length))
    return trained === null ? null : { ...trained, isTrained: true, isPrepared: true }
  }
  const base = context.bases.find(({ id }) => id === ref)
  if (base === undefined) return null
  const { preprocessing, weights, title, isPrepared } = base
  const network = withoutSoftmax(base.network)
  return { title, files: { network, preprocessing, weights, heads: headsOf(base) }, isTrained: false, isPrepared }
}

/** No column of the user's; none where the names of its classes are not known. */
function headsOf({ network, classes }: PretrainedBase): ModelFiles['heads'] {
  if (classes.length === 0) return []
  return [{ name: network.outputs[0]!, column: '', type: 'classification', classes: [...classes] }]
}
