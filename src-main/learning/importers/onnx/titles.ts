import type { OnnxNode } from './model-proto.ts'

const WITH_KERNEL = ['Conv', 'Gemm', 'MatMul']
const WITH_WEIGHTS = [...WITH_KERNEL, 'BatchNormalization', 'LayerNormalization']

/** A name for each node: the module of PyTorch that it was, `layer1.0.conv1`, with the node's own behind where a module holds others; else the
 *  node's own, or its operator. */
export function nodeTitles(nodes: readonly OnnxNode[]): Map<OnnxNode, string> {
  const modules = new Map(nodes.map((node) => [node, moduleOf(node)]))
  const containers = new Set([...modules.values()].flatMap(outerModules))
  return new Map(nodes.map((node) => [node, titleOf(node, modules.get(node) ?? '', containers)]))
}

function titleOf(node: OnnxNode, module: string, containers: ReadonlySet<string>): string {
  // A convolution that BatchNorm was folded into may be noted as BatchNorm's.
  const kernel = WITH_KERNEL.includes(node.op) ? /^([\w.-]+)\.weight$/.exec(node.inputs[1] ?? '')?.[1] : undefined
  if (kernel !== undefined) return kernel
  const own =
    node.name
      .split('/')
      .at(-1)!
      .replace(/^node_/, '') || node.op
  if (module === '') return own
  return WITH_WEIGHTS.includes(node.op) || !containers.has(module) ? module : `${module}.${own}`
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
