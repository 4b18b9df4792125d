import type { LayerTree } from './layer-tree.ts'

export interface Slab {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A network as a row of slabs, one per block: height by the side of its map, thickness by its channels, both by their
 *  logarithm, so that 224 pixels and 7, 16 channels and 1280 are all seen. Vectors are thin bars of their length. */
export function blockSchematic(tree: LayerTree, width: number, height: number): Slab[] {
  const sizes = tree.blocks.map(({ outputShape }) => {
    const [first = 1, , channels] = outputShape
    if (channels === undefined) return { tall: 0.2 + Math.log2(1 + first) / 16, thick: 1 }
    return { tall: Math.log2(1 + first) / 8, thick: Math.log2(1 + channels) }
  })
  const gap = Math.min(4, width / (4 * Math.max(1, sizes.length)))
  const thickest = sizes.reduce((sum, size) => sum + size.thick, 0)
  const scale = Math.min(5, (width - gap * (sizes.length - 1)) / Math.max(1, thickest))
  let x = 0
  return sizes.map((size) => {
    const tall = Math.max(4, Math.min(1, size.tall) * height)
    const slab = { x, y: (height - tall) / 2, width: Math.max(1.5, size.thick * scale), height: tall }
    x += slab.width + gap
    return slab
  })
}
