/** Pixels of an exhibit (base64, row by row, channels last) as RGBA. Missing bytes are black. */
export function decodePixels(
  base64: string,
  size: { readonly width: number; readonly height: number; readonly channels: 1 | 3 },
): Uint8ClampedArray<ArrayBuffer> {
  const text = atob(base64)
  const rgba = new Uint8ClampedArray(size.width * size.height * 4)
  const { channels } = size
  for (let pixel = 0; pixel < size.width * size.height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const at = pixel * channels + Math.min(channel, channels - 1)
      rgba[pixel * 4 + channel] = at < text.length ? text.charCodeAt(at) : 0
    }
    rgba[pixel * 4 + 3] = 255
  }
  return rgba
}
