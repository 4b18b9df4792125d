import type { LayerRow } from './layer-row.ts'
import { at, broadcastShape, free, keep, none, perValue } from './row-parts.ts'

export const addRow: LayerRow<'Add'> = {
  inputs: 'many',
  rank: null,
  outputShape(config, inputs) {
    const first = JSON.stringify(inputs[0])
    return inputs.every((shape) => JSON.stringify(shape) === first) ? keep(config, inputs) : 'inputs of equal shape'
  },
  weights: none,
  multiplyAdds: perValue,
}

export const concatenateRow: LayerRow<'Concatenate'> = {
  inputs: 'many',
  rank: null,
  outputShape(config, inputs) {
    const first = inputs[0] ?? []
    if (config.axis !== -1 && config.axis !== first.length) return 'axis to be the last one (-1)'
    const head = JSON.stringify(first.slice(0, -1))
    const alike = inputs.every((shape) => JSON.stringify(shape.slice(0, -1)) === head)
    if (!alike) return 'inputs that are equal in all but the last axis'
    return [...first.slice(0, -1), inputs.reduce((total, shape) => total + at(shape, -1), 0)]
  },
  weights: none,
  multiplyAdds: free,
}

/** An axis of 1 goes with any size: (1, 1, C) scales the channels of (H, W, C). */
export const multiplyRow: LayerRow<'Multiply'> = {
  inputs: 'many',
  rank: null,
  outputShape: (_config, inputs) => broadcastShape(inputs) ?? 'inputs of as many axes, each of equal size or of size 1',
  weights: none,
  multiplyAdds: perValue,
}
