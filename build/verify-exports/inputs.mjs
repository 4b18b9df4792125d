import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'

/** Seeded inputs: what a network takes, and of images the pixels, 0 to 255, that it was made of. Waves with some noise, since a photograph is no
 *  noise either. */
export function drawInputs({ network, preprocessing }, count, seed) {
  const shape = inferNetwork(network).shapes.get(network.layers[0].name)
  const size = shape.reduce((total, length) => total * length, 1)
  const random = seededRandom(seed, 'inputs')
  if (preprocessing.kind === 'table') {
    return { shape, pixels: null, prepared: Float32Array.from({ length: count * size }, () => random() * 4 - 2) }
  }
  const pixels = new Float32Array(count * size)
  for (let sample = 0; sample < count; sample++) pixels.set(picture(shape, random), sample * size)
  const { channels, mean, std } = preprocessing
  const prepared = pixels.map((value, i) => (value / 255 - mean[i % channels]) / std[i % channels])
  return { shape, pixels, prepared }
}

function picture([height, width, channels], random) {
  const waves = Array.from({ length: channels }, () => [random() * 9, random() * 9, random() * 6, 40 + random() * 80])
  return Float32Array.from({ length: height * width * channels }, (_, i) => {
    const [down, right, from, strength] = waves[i % channels]
    const place = Math.floor(i / channels)
    const [y, x] = [Math.floor(place / width) / height, (place % width) / width]
    const value = 128 + strength * Math.sin(down * y + right * x + from) + (random() - 0.5) * 40
    return Math.min(255, Math.max(0, Math.round(value)))
  })
}
