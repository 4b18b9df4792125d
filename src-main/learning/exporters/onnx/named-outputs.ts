import type { OnnxNode } from './onnx-file.ts'

/** Gives each head's tensor the head's name, which no other tensor has. What two heads share, or what is the input itself, is passed on under
 *  the name. */
export function withNamedOutputs(
  nodes: readonly OnnxNode[],
  tensors: readonly string[],
  heads: readonly string[],
): OnnxNode[] {
  const made = new Set(nodes.map(({ output }) => output))
  const names = new Map<string, string>()
  const passed: OnnxNode[] = []
  for (const [i, tensor] of tensors.entries()) {
    if (made.has(tensor) && !names.has(tensor)) names.set(tensor, heads[i]!)
    else passed.push({ op: 'Identity', inputs: [names.get(tensor) ?? tensor], output: heads[i]!, attributes: {} })
  }
  const named = (name: string) => names.get(name) ?? name
  return [...nodes.map((node) => ({ ...node, inputs: node.inputs.map(named), output: named(node.output) })), ...passed]
}
