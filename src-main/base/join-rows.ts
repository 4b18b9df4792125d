/** Numbers of several rows, or of several parts of a batch, one after the other. */
export function joinRows(rows: readonly Float32Array[]): Float32Array {
  const values = new Float32Array(rows.reduce((total, row) => total + row.length, 0))
  let at = 0
  for (const row of rows) {
    values.set(row, at)
    at += row.length
  }
  return values
}
