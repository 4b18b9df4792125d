import type { FrozenNative } from '../../src-main/learning/frozen-native.ts'

/** One product after the other, in float64 as far as float32 sums allow: what the native module must give. */
export const addProducts: FrozenNative['addProducts'] = (windows, inputs, sets, sums) => {
  const count = windows.length / (inputs * sets)
  const total = (of: (w: number) => number) => Array.from({ length: count }, (_, w) => of(w)).reduce((a, b) => a + b, 0)
  for (let set = 0; set < sets; set++) {
    const value = (w: number, i: number) => windows[(w * inputs + i) * sets + set]!
    let place = 0
    for (let i = 0; i < inputs; i++) {
      for (let j = i; j < inputs; j++) sums[place++ * sets + set]! += total((w) => value(w, i) * value(w, j))
    }
    for (let i = 0; i < inputs; i++) sums[place++ * sets + set]! += total((w) => value(w, i))
  }
}
