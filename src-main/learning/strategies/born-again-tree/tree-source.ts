import { GraftError } from '../../../contract/errors.ts'
import type { LayerState, Network } from '../../../contract/network.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { Reference, StagedRun } from '../../engine/run/staged-run.ts'
import { inferNetwork } from '../../network/infer.ts'
import { networkUpTo } from '../../network/network-up-to.ts'
import { type Coordinate, featureCoordinates, tableCoordinates } from '../../trees/coordinates.ts'
import { coordinateGroups, findOneHotGroups } from './smear.ts'
import { convertTable, findClasses, type TeacherPart, teacherUnfit } from './tree-teacher.ts'

/** What a tree is grown on, and who labels it. */
export interface TreeSource {
  readonly title: string
  readonly parts: readonly TeacherPart[]
  /** Gives the coordinates; the tree is put behind it. */
  readonly prefix: Network
  readonly prefixStates: Readonly<Record<string, LayerState>>
  readonly prefixStart: WeightValues
  readonly prefixWeights: WeightValues
  readonly coordinates: readonly Coordinate[]
  /** (rows * width) */
  read(rows: readonly number[]): Promise<Float32Array>
  /** Coordinates that are smeared together; `real`: the training rows. */
  groups(real: Float32Array): number[][]
}

/** The inputs themselves: rows of a table, which any number of teachers label. */
export function columnSource(run: StagedRun, teachers: readonly (Learner | Reference)[]): TreeSource {
  const { main, preprocessing } = run
  if (preprocessing.kind !== 'table') {
    throw new GraftError('E_RUN_SPEC', 'Expected rows of a table for a tree on columns. Received: images.', {
      fix: 'Grow the tree on features: `strategy.on` = "features".',
    })
  }
  const { coordinates, groups } = tableCoordinates(preprocessing)
  const width = coordinates.length
  const prefix = networkUpTo(main.model.network, main.model.network.layers[0]!.name)
  return {
    title: titleOf(teachers),
    parts: teachers.map((teacher) => columnPart(run, teacher, width)),
    prefix,
    prefixStates: {},
    prefixStart: new Map(),
    prefixWeights: new Map(),
    coordinates,
    read: async (rows) => Float32Array.from(await main.data.samples.load(rows, null)),
    groups(real) {
      const known = new Set(groups.flat())
      const found = findOneHotGroups(real, width).filter((group) => !group.some((i) => known.has(i)))
      return coordinateGroups(width, [...groups, ...found])
    },
  }
}

function columnPart(
  { main, preprocessing, runtime: _lab, ...rest }: StagedRun,
  teacher: Learner | Reference,
  width: number,
) {
  const classes = main.heads[0]!.classes
  if (!('files' in teacher)) {
    const all = [...classes.keys()]
    const shape = [width]
    const weights = rest.weights(teacher)
    return { network: teacher.model.network, weights, from: null, shape, output: 0, classes: all, toInput: same }
  }
  const { files, weights, title } = teacher
  const found = findClasses(files.heads, classes)
  if (found === null) throw teacherUnfit(title, `know the classes ${classes.join(', ')}`, 'Choose another teacher.')
  const from = preprocessing.kind === 'table' && files.preprocessing.kind === 'table' ? preprocessing : null
  const toInput = from === null ? null : convertTable(from, files.preprocessing as typeof from)
  if (toInput === null)
    throw teacherUnfit(title, 'take the dataset’s columns', 'Choose a teacher that was trained on these columns.')
  const shape = inputShape(files.network)
  return { network: files.network, weights, from: null, shape, ...found, toInput }
}

/** Outputs of one teacher's features layer, which the rest of that teacher labels. */
export function featureSource(run: StagedRun, teacher: Learner | Reference): TreeSource {
  const { main, preprocessing } = run
  const { network, weights } = networkOf(run, teacher)
  const layer = network.features
  const shape = inferNetwork(network).shapes.get(layer)!
  const width = shape.reduce((product, size) => product * size, 1)
  const classes = main.heads[0]!.classes
  const isReference = 'files' in teacher
  const found = isReference ? findClasses(teacher.files.heads, classes) : { output: 0, classes: [...classes.keys()] }
  if (found === null)
    throw teacherUnfit(titleOf([teacher]), `know the classes ${classes.join(', ')}`, 'Choose another teacher.')
  if (isReference && JSON.stringify(teacher.files.preprocessing) !== JSON.stringify(preprocessing)) {
    const fix = 'Choose it as the base too (`base`), so that samples are prepared as it was trained.'
    throw teacherUnfit(teacher.title, 'take samples as the planned network does', fix)
  }
  const prefix = networkUpTo(network, layer)
  const names = prefix.layers.map(({ name }) => name)
  const stateOf = (name: string): LayerState => (isReference ? 'frozen' : teacher.states[name]!)
  return {
    title: titleOf([teacher]),
    parts: [{ network, weights, from: layer, shape, ...found, toInput: same }],
    prefix,
    prefixStates: Object.fromEntries(names.map((name) => [name, stateOf(name)])),
    prefixStart: isReference ? weights : teacher.start,
    prefixWeights: weights,
    coordinates: featureCoordinates(layer, width),
    read: async (rows) => (await run.outputs(teacher, rows, { layers: [layer] }))[0]!,
    groups: () => coordinateGroups(width),
  }
}

function same(x: Float32Array): Float32Array {
  return x
}

function networkOf(run: StagedRun, teacher: Learner | Reference): { network: Network; weights: WeightValues } {
  if ('files' in teacher) return { network: teacher.files.network, weights: teacher.weights }
  return { network: teacher.model.network, weights: run.weights(teacher) }
}

function inputShape({ layers }: Network): readonly number[] {
  return layers[0]!.config['shape'] as number[]
}

function titleOf(teachers: readonly (Learner | Reference)[]): string {
  return teachers.map((teacher) => ('files' in teacher ? teacher.title : 'the planned network')).join(' and ')
}
