/** Luma of ITU-R BT.601, 0..255. */
export interface GreyPicture {
  /** (height * width) */
  readonly values: Float32Array
  readonly width: number
  readonly height: number
}

/** One picture of a batch (height, width, channels): three channels are red, green, blue, of any other number the mean is taken. */
export function greyPicture(
  pixels: ArrayLike<number>,
  index: number,
  { width, height, channels }: { width: number; height: number; channels: number },
): GreyPicture {
  const size = width * height
  const start = index * size * channels
  const values = new Float32Array(size)
  for (let i = 0; i < size; i++) {
    const at = start + i * channels
    if (channels === 3) values[i] = 0.299 * pixels[at]! + 0.587 * pixels[at + 1]! + 0.114 * pixels[at + 2]!
    else {
      let sum = 0
      for (let c = 0; c < channels; c++) sum += pixels[at + c]!
      values[i] = sum / channels
    }
  }
  return { values, width, height }
}
