/** A number in [0, 1), as Math.random gives, but the same ones for the same seed on every computer. */
export type SeededRandom = () => number

/** Seeded generator for splits, shuffles and everything else that must come out the same twice.
 *  xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018), its state filled from
 *  the seed by splitmix32. Numbers have 32 random bits, in [0, 1).
 *  A `stream` (text) gives independent numbers for the same seed, e.g. one per layer name or per epoch. */
export function seededRandom(seed: number, stream = ''): SeededRandom {
  const fill = splitmix32(hashText(stream, seed >>> 0))
  // Never all 0, where the generator would stay: splitmix32 gives each word once before it gives one again.
  const state = Int32Array.from([fill(), fill(), fill(), fill()])
  return () => nextWord(state) / 4_294_967_296
}

/** Signed words, with which V8 computes without leaving the registers. */
function nextWord(s: Int32Array): number {
  const s0 = s[0] as number
  const s1 = s[1] as number
  const s2 = s[2] as number
  const s3 = s[3] as number
  const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0
  const x2 = s2 ^ s0
  const x3 = s3 ^ s1
  s[0] = s0 ^ x3
  s[1] = s1 ^ x2
  s[2] = x2 ^ (s1 << 9)
  s[3] = rotateLeft(x3, 11)
  return result
}

function rotateLeft(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by))
}

/** FNV-1a over UTF-16 code units, started from the seed. */
function hashText(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash
}

/** Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014, in its 32-bit form. */
function splitmix32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state ^ (state >>> 16)
    z = Math.imul(z, 0x21f0aaad)
    z ^= z >>> 15
    z = Math.imul(z, 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
}

/** A whole number in [0, below). */
export function randomInt(random: SeededRandom, below: number): number {
  return Math.floor(random() * below)
}

/** Fisher and Yates' shuffle in place; returns the same array. */
export function shuffle<T extends { length: number; [index: number]: unknown }>(values: T, random: SeededRandom): T {
  for (let i = values.length - 1; i > 0; i--) {
    const j = randomInt(random, i + 1)
    const held = values[i]
    values[i] = values[j]
    values[j] = held
  }
  return values
}
