interface Named {
  readonly name: string
  readonly type: string
}

/** Where Keras 3 keeps each layer's variables in model.weights.h5: `layers/<class>[_<n>]/vars/<i>`. Layers are numbered
 *  per class in the order of the configuration; their own names count for nothing. */
export function kerasPaths(layers: readonly Named[]): Map<string, string> {
  const used = new Map<string, number>()
  return new Map(
    layers.map(({ name, type }) => {
      const kind = snakeCase(type)
      const number = used.get(kind) ?? 0
      used.set(kind, number + 1)
      return [name, `layers/${kind}${number === 0 ? '' : `_${number}`}`]
    }),
  )
}

/** Keras' rule: ReLU -> re_lu, DepthwiseConv2D -> depthwise_conv2d. */
function snakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
}
