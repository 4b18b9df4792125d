/** Grey as other programs make it: Y' = 0.299 R' + 0.587 G' + 0.114 B' (ITU-R BT.601) on the encoded sRGB values, rounded; in
 *  the whole numbers of Pillow's `convert("L")`, which TensorFlow's and OpenCV's conversions equal but for rounding. Grey stays as it is.
 *  @param colour RGB bytes, pixel by pixel
 *  @returns one byte per pixel */
export function lumaOf(colour: Uint8Array): Uint8Array {
  const grey = new Uint8Array(colour.length / 3)
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) {
    grey[i] = (19595 * colour[at]! + 38470 * colour[at + 1]! + 7471 * colour[at + 2]! + 0x8000) >> 16
  }
  return grey
}
