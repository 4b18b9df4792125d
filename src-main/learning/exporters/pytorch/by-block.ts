import type { ExportModel } from '../exporter.ts'
import type { Translated } from './translate.ts'

/** Lines of each layer, those of a block below a comment with its label. */
export function byBlock(
  { network }: ExportModel,
  layers: readonly Translated[],
  write: (layer: Translated) => string[],
): string[] {
  const labels = new Map(network.blocks.map(({ name, label }) => [name, label]))
  let block: string | null = null
  return layers.flatMap((each) => {
    const lines = write(each)
    if (lines.length === 0 || each.layer.block === block) return lines.map(indented)
    block = each.layer.block
    const label = (labels.get(block) ?? block).replace(/[\r\n]/g, ' ')
    return [...(label === '' ? [] : [`# ${label}`]), ...lines].map(indented)
  })
}

const indented = (line: string): string => `        ${line}`
