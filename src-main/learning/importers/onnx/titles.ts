import type { OnnxNode } from './model-proto.ts'

const WITH_WEIGHTS = ['Conv', 'Gemm', 'MatMul', 'BatchNormalization', 'LayerNormalization']

/** A name for each node: the module of PyTorch that it was, `layer1.0.conv1`, with the operator behind where a module holds others; else the
 *  weight's name, the node's own, or its operator. */
export function nodeTitles(nodes: readonly OnnxNode[]): Map<OnnxNode, string> {
  const modules = new Map(nodes.map((node) => [node, moduleOf(node)]))
  const containers = new Set([...modules.values()].flatMap(outerModules))
  return new Map(nodes.map((node) => [node, titleOf(node, modules.get(node) ?? '', containers)]))
}

function titleOf(node: OnnxNode, module: string, containers: ReadonlySet<string>): string {
  const own = ownName(node)
  if (module === '') return own
  return WITH_WEIGHTS.includes(node.op) || !containers.has(module) ? module : `${module}.${own}`
}

/** The node's name within its module. */
function ownName({ name, op, inputs }: OnnxNode): string {
  const last = name
    .split('/')
    .at(-1)!
    .replace(/^node_/, '')
  const weight = WITH_WEIGHTS.includes(op) ? inputs.find((input) => /^[\w.-]+\.weight$/.test(input)) : undefined
  return weight?.replace(/\.weight$/, '') ?? (last === '' ? op : last)
}

/** From the namespace that PyTorch's newer exporter notes, ` : Net/layer1.0: Block/add: aten.add`, or from the path that the older one writes as
 *  the node's name, `/layer1/layer1.0/conv1/Conv`; '' where there is none. */
function moduleOf({ name, notes }: OnnxNode): string {
  const namespace = notes.get('namespace')
  if (namespace !== undefined) return namespace.split('/').slice(0, -1).at(-1)?.split(':')[0]!.trim() ?? ''
  if (!name.startsWith('/')) return ''
  const path: string[] = []
  for (const part of name.split('/').slice(1, -1)) {
    if (path.length > 0 && part.startsWith(`${path.at(-1)}.`)) path.pop()
    path.push(part)
  }
  return path.join('.')
}

function outerModules(module: string): string[] {
  const parts = module.split('.')
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('.'))
}
