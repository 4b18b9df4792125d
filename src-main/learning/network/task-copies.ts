import type { Layer, LayerState, Network } from '../../contract/network.ts'

export interface TaskCopiesOptions {
  readonly network: Network
  readonly states: Readonly<Record<string, LayerState>>
  /** Last layer of the part that stands still and is the same for all tasks: it is not copied. Null: only the input is shared. */
  readonly sharedUpTo: string | null
  /** Layers behind whose copies the tasks' activations are mixed (cross-stitch); empty: nowhere. */
  readonly stitchAfter: ReadonlySet<string>
}

export interface TaskCopies {
  /** One network that holds a network per output of the given one. */
  readonly network: Network
  readonly states: Readonly<Record<string, LayerState>>
  /** Copied layer -> its copies, one per output that depends on it, with the place of that output. */
  readonly copies: ReadonlyMap<string, readonly { readonly layer: string; readonly task: number }[]>
  /** Layer of the new network -> the layer whose weights it starts with. */
  readonly origin: ReadonlyMap<string, string>
  /** Scaling layers of the cross-stitch units: y_to += gamma x_from, gamma per channel. */
  readonly stitches: readonly {
    readonly layer: string
    readonly from: number
    readonly to: number
    readonly after: string
  }[]
}

/** A network per output of the given one, side by side in one description: `<task>.<layer>`. What is before `sharedUpTo` runs
 *  once for all. A head keeps its name. */
export function taskCopies({ network, states, sharedUpTo, stitchAfter }: TaskCopiesOptions): TaskCopies {
  const tasks = taskNames(network)
  const needs = network.outputs.map((output) => ancestors(network, output))
  const end = sharedUpTo === null ? 0 : network.layers.findIndex(({ name }) => name === sharedUpTo)
  const shared = network.layers.slice(0, end + 1)
  const isHead = new Set(network.outputs)
  const draft = new Draft(network, shared, states)
  for (const layer of network.layers.slice(end + 1)) {
    const users = tasks.flatMap((_, t) => (needs[t]!.has(layer.name) ? [t] : []))
    for (const t of users) draft.copy(layer, t, tasks[t]!, isHead.has(layer.name))
    if (stitchAfter.has(layer.name) && users.length > 1) draft.stitch(layer, users, tasks)
  }
  return draft.finish()
}

/** A name for each task that is usable within layer names: that of its head's layer. */
export function taskNames(network: Pick<Network, 'outputs'>): string[] {
  return network.outputs.map((output) => output.replace(/^head_/, ''))
}

function ancestors(network: Network, end: string): Set<string> {
  const needed = new Set([end])
  for (const layer of network.layers.toReversed()) {
    if (needed.has(layer.name)) layer.inputs.forEach((name) => needed.add(name))
  }
  return needed
}

class Draft {
  readonly #base: Network
  readonly #original: Readonly<Record<string, LayerState>>
  readonly #layers: Layer[]
  readonly #blocks: Map<string, { name: string; label: string }>
  readonly #states: Record<string, LayerState>
  readonly #copies = new Map<string, { layer: string; task: number }[]>()
  readonly #origin = new Map<string, string>()
  readonly #stitches: { layer: string; from: number; to: number; after: string }[] = []
  /** Per task: layer -> what its readers read. */
  readonly #ends = new Map<string, string>()

  constructor(base: Network, shared: readonly Layer[], states: Readonly<Record<string, LayerState>>) {
    this.#base = base
    this.#layers = [...shared]
    this.#states = Object.fromEntries(shared.map(({ name }) => [name, states[name] ?? 'fresh']))
    this.#original = states
    const used = new Set(shared.map(({ block }) => block))
    this.#blocks = new Map(base.blocks.filter(({ name }) => used.has(name)).map((block) => [block.name, block]))
    for (const { name } of shared) this.#origin.set(name, name)
  }

  copy(layer: Layer, task: number, prefix: string, isHead: boolean): void {
    const name = isHead ? layer.name : `${prefix}.${layer.name}`
    const inputs = layer.inputs.map((input) => this.#ends.get(`${task} ${input}`) ?? input)
    this.#layers.push({ ...layer, name, inputs, block: this.#block(layer.block, prefix) })
    this.#states[name] = this.#original[layer.name] ?? 'fresh'
    this.#origin.set(name, layer.name)
    this.#ends.set(`${task} ${layer.name}`, name)
    this.#copies.set(layer.name, [...(this.#copies.get(layer.name) ?? []), { layer: name, task }])
  }

  /** For each task the sum of all tasks' activations, each scaled. A BatchNormalization with mean 0, variance 1 and no beta that
   *  never runs in training mode is such a scale: every exporter knows it. */
  stitch(layer: Layer, users: readonly number[], tasks: readonly string[]): void {
    const sources = users.map((t) => this.#ends.get(`${t} ${layer.name}`)!)
    for (const to of users) {
      const block = this.#block(layer.block, tasks[to]!)
      const scaled = users.map((from, i) => {
        const name = `${tasks[to]!}.${layer.name}.from.${tasks[from]!}`
        const config = { center: false, scale: true, epsilon: STITCH_EPSILON }
        this.#layers.push({ name, type: 'BatchNormalization', config, inputs: [sources[i]!], block })
        this.#states[name] = 'fresh'
        this.#stitches.push({ layer: name, from, to, after: layer.name })
        return name
      })
      const name = `${tasks[to]!}.${layer.name}.stitch`
      this.#layers.push({ name, type: 'Add', config: {}, inputs: scaled, block })
      this.#states[name] = 'fresh'
      this.#ends.set(`${to} ${layer.name}`, name)
    }
  }

  finish(): TaskCopies {
    const { name, outputs, features } = this.#base
    const network = {
      name,
      blocks: [...this.#blocks.values()],
      layers: this.#layers,
      outputs,
      features: this.#ends.get(`0 ${features}`) ?? features,
    }
    const parts = { copies: this.#copies, origin: this.#origin, stitches: this.#stitches }
    return { network, states: this.#states, ...parts }
  }

  #block(name: string, prefix: string): string {
    const own = `${prefix}.${name}`
    const label = this.#base.blocks.find((block) => block.name === name)?.label ?? name
    if (!this.#blocks.has(own)) this.#blocks.set(own, { name: own, label: `${label}, ${prefix}` })
    return own
  }
}

/** So small that gamma / sqrt(1 + epsilon) is gamma in float32. */
const STITCH_EPSILON = 1e-9
