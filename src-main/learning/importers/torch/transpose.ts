/** Side of a tile: its rows in the source and its columns in the result both fit the processor's first cache. */
const TILE = 32

/** Numbers with up to four axes in another order of the axes: axis `order[i]` becomes axis i. Walks in tiles over the axis that is dense in the
 *  source and the one that is dense in the result: large layers would else miss the cache at each number. */
export function transpose(
  shape: readonly number[],
  values: Float32Array,
  order: readonly number[],
): { shape: number[]; values: Float32Array } {
  const result = new Float32Array(values.length)
  const size = order.map((axis) => shape[axis]!)
  const from = order.map((axis) => strideOf(shape, axis))
  const to = size.map((_, axis) => strideOf(size, axis))
  const axes = size.map((_, axis) => axis)
  const [dense, inner, ...outer] = [...new Set([order.indexOf(shape.length - 1), ...axes.toReversed()])]
  const [a, b] = [axisOf(outer[0]), axisOf(outer[1])]
  const [rows, columns] = [axisOf(inner), axisOf(dense)]
  for (let i = 0; i < a.size; i++) {
    for (let j = 0; j < b.size; j++) {
      walk({ source: i * a.from + j * b.from, target: i * a.to + j * b.to })
    }
  }
  return { shape: size, values: result }

  function axisOf(axis: number | undefined) {
    if (axis === undefined) return { size: 1, from: 0, to: 0 }
    return { size: size[axis]!, from: from[axis]!, to: to[axis]! }
  }

  function walk({ source, target }: { source: number; target: number }): void {
    for (let top = 0; top < rows.size; top += TILE) {
      const bottom = Math.min(rows.size, top + TILE)
      for (let left = 0; left < columns.size; left += TILE) {
        const right = Math.min(columns.size, left + TILE)
        for (let column = left; column < right; column++) {
          let read = source + top * rows.from + column * columns.from
          let write = target + top * rows.to + column * columns.to
          for (let row = top; row < bottom; row++) {
            result[write] = values[read]!
            read += rows.from
            write += rows.to
          }
        }
      }
    }
  }
}

function strideOf(shape: readonly number[], axis: number): number {
  return shape.slice(axis + 1).reduce((total, size) => total * size, 1)
}
