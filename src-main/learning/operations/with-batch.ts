/** Axes of an operation as they are counted where the batch axis stands first. */
export const withBatch = (axes: readonly number[]): number[] => axes.map((axis) => axis + 1)
