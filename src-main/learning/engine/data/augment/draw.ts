import type { SeededRandom } from '../../../../base/seeded-random.ts'
import type { AugmentSpec } from '../../../../contract/spec.ts'

export interface ImageShape {
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** What is drawn for one image. */
export interface Drawn {
  /** Source position of the target pixel (x, y), as (x0 + xx * x + xy * y, y0 + yx * x + yy * y), in the order xx, xy, x0, yx, yy, y0. */
  readonly map: readonly number[]
  /** Factors of brightness, contrast and saturation. */
  readonly colour: readonly number[]
  /** Left, top, right and bottom edge of the blanked square in pixels; it may reach over the image's edge. */
  readonly box: readonly number[]
  /** Share of the image itself when two are mixed, at least one half. */
  readonly weight: number
}

/** Draws from one generator; always the same count of numbers, but for mixup, which draws last.
 *  Geometry: a crop of side `crop`..1 of the image scaled back to its full size, at a random place; mirrored left-right with
 *  probability 1/2; rotated by up to `rotate` degrees about the crop's middle; moved by whole pixels, up to `shift` of the image to each
 *  side. Colour: factors within 1 +- colour / 2. Cutout: a
 *  square of side `cutout` * the image's shorter side, its middle anywhere in the image (DeVries, Taylor, 2017, arXiv 1708.04552).
 *  Mixup: lambda ~ Beta(alpha, alpha) (Zhang et al., ICLR 2018, arXiv 1710.09412), taken as max(lambda, 1 - lambda): the same
 *  mixtures, with the nearer of the two samples first. */
export function drawChanges({ height, width }: ImageShape, spec: AugmentSpec, random: SeededRandom): Drawn {
  const scale = spec.crop + (1 - spec.crop) * random()
  const shiftX = (random() - 0.5) * (1 - scale) * width
  const shiftY = (random() - 0.5) * (1 - scale) * height
  const [moveX, moveY] = [wholePixels(spec.shift * width, random), wholePixels(spec.shift * height, random)]
  const mirror = random() < 0.5 && spec.flip ? -1 : 1
  const angle = ((2 * random() - 1) * spec.rotate * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale]
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2]
  const [xx, xy, yx, yy] = [cos * mirror, -sin, sin * mirror, cos]
  const x0 = middleX + shiftX + moveX - xx * middleX - xy * middleY
  const y0 = middleY + shiftY + moveY - yx * middleX - yy * middleY
  const colour = [random(), random(), random()].map((u) => 1 + (u - 0.5) * spec.colour)
  const half = (spec.cutout * Math.min(height, width)) / 2
  const [x, y] = [random() * width, random() * height]
  const lambda = spec.mixup > 0 ? drawBeta(spec.mixup, random) : 1
  return {
    map: [xx, xy, x0, yx, yy, y0],
    colour,
    box: [x - half, y - half, x + half, y + half],
    weight: Math.max(lambda, 1 - lambda),
  }
}

/** Any of -most .. most, each as likely; `most` is rounded. */
function wholePixels(most: number, random: SeededRandom): number {
  const side = Math.round(most)
  return Math.floor(random() * (2 * side + 1)) - side
}

/** Beta(alpha, alpha) by two Gamma(alpha) draws, 0..1. */
export function drawBeta(alpha: number, random: SeededRandom): number {
  const [a, b] = [drawGamma(alpha, random), drawGamma(alpha, random)]
  return a + b > 0 ? a / (a + b) : 1
}

/** Gamma(shape, 1): Marsaglia, Tsang, ACM TOMS 26 (2000), with their boost for shapes below 1. */
function drawGamma(shape: number, random: SeededRandom): number {
  if (shape < 1) return drawGamma(shape + 1, random) * (1 - random()) ** (1 / shape)
  const d = shape - 1 / 3
  for (;;) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const v = (1 + normal / Math.sqrt(9 * d)) ** 3
    if (v > 0 && Math.log(1 - random()) < (normal * normal) / 2 + d - d * v + d * Math.log(v)) return d * v
  }
}
