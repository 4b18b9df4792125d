import type { Network } from '../../contract/network.ts'
import type { Manifest, ModelFiles } from '../../contract/trainer.ts'
import { layerConfig } from '../network/layer-config.ts'

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

/** For each of the student's classes its place among the teacher's; null: the two do not have the same classes. */
export function classPlaces(teacher: readonly string[], student: readonly string[]): number[] | null {
  if (teacher.length !== student.length || new Set(teacher).size !== teacher.length) return null
  const places = student.map((name) => teacher.indexOf(name))
  return places.includes(-1) ? null : places
}

/** Names that only one of the two has. */
export function classDifference(teacher: readonly string[], student: readonly string[]) {
  return {
    missing: student.filter((name) => !teacher.includes(name)),
    extra: teacher.filter((name) => !student.includes(name)),
  }
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
