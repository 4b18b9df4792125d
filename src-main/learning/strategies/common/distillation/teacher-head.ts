import type { Network } from '../../../../contract/network.ts'
import type { Manifest, ModelFiles } from '../../../../contract/trainer.ts'
import { layerConfig } from '../../../network/layer-config.ts'

type Head = Manifest['heads'][number]

/** Which of a teacher's heads teaches a head: the classifier of the same column, else of the same name, else its only one. -1: none. */
export function teacherHead(heads: readonly Head[], student: Head): number {
  const classifiers = heads.flatMap((head, h) => (head.type === 'classification' ? [{ head, h }] : []))
  const found =
    classifiers.find(({ head }) => head.column === student.column) ??
    classifiers.find(({ head }) => head.name === student.name) ??
    (classifiers.length === 1 ? classifiers[0] : undefined)
  return found?.h ?? -1
}

/** Whether an output is a softmax: its values are probabilities, which a temperature cannot soften as it does logits. */
export function isSoftmaxOutput(network: Network, output: string): boolean {
  const layer = network.layers.find(({ name }) => name === output)
  if (layer === undefined) return false
  return (layerConfig(layer, layer.type) as { activation?: unknown }).activation === 'softmax'
}

export function teacherFiles(files: ModelFiles, student: Head) {
  const h = teacherHead(files.heads, student)
  const head = files.heads[h]
  return head === undefined ? null : { h, head, output: files.network.outputs[h]! }
}
