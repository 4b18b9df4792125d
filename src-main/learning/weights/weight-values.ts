/** Weight values by full name, `<layer>/<weight>`. */
export type WeightValues = ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>
