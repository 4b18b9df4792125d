import type { ExportModel } from '../exporter.ts'
import { byBlock } from './by-block.ts'
import { text } from './python.ts'
import type { Translated } from './translate.ts'

/** A line for each layer, of `x`, and the one that returns the outputs. */
export function forwardLines(model: ExportModel, layers: readonly Translated[], outputs: readonly string[]): string[] {
  const input = model.network.layers[0]!.name
  const variables = variablesOf(input, layers, outputs)
  const lines = byBlock(model, layers, ({ layer, identifier, torch }) => {
    const value = torch.call(`self.${identifier}`, ...layer.inputs.map((name) => variables.get(name)!))
    const target = variables.get(layer.name)!
    return value === target ? [] : [`${target} = ${value}`]
  })
  const values = outputs.map((name) => variables.get(name)!)
  const kept = variables.get(input)!
  return [...(kept === 'x' ? [] : [`        ${kept} = x`]), ...lines, `        return ${answer(model, values)}`]
}

/** A value that the next layer alone reads is `x`, as is an only output behind all layers; others keep their layer's name. */
function variablesOf(input: string, layers: readonly Translated[], outputs: readonly string[]): Map<string, string> {
  const named = [{ name: input, identifier: 'inputs' }, ...layers.map(({ layer, identifier }) => ({ name: layer.name, identifier }))] // prettier-ignore
  return new Map(
    named.map(({ name, identifier }, place) => {
      const readers = layers.filter(({ layer }) => layer.inputs.includes(name))
      const isLast = place === layers.length && outputs.length === 1 && outputs[0] === name
      const isPassedOn = readers.length === 1 && readers[0] === layers[place] && !outputs.includes(name)
      return [name, isLast || isPassedOn ? 'x' : identifier]
    }),
  )
}

/** One head's value, or those of several by their names. */
function answer({ heads }: ExportModel, values: readonly string[]): string {
  if (values.length === 1) return values[0]!
  return `{${values.map((value, head) => `${text(heads[head]!.name)}: ${value}`).join(', ')}}`
}
