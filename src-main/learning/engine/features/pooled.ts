/** Features of some rows as vectors: maps and tokens are averaged over their places, (rows, h, w, c) -> (rows, c). */
export function pooled(
  values: Float32Array,
  rows: number,
  shape: readonly number[],
): { rows: number; columns: number; values: Float32Array } {
  const columns = shape.at(-1)!
  const places = shape.slice(0, -1).reduce((a, b) => a * b, 1)
  if (places === 1) return { rows, columns, values }
  const means = new Float64Array(rows * columns)
  for (let at = 0; at < values.length; at++) {
    means[Math.floor(at / (places * columns)) * columns + (at % columns)]! += values[at]! / places
  }
  return { rows, columns, values: Float32Array.from(means) }
}
