import { heatColour, stretchHeat } from '@contract/heat.ts'

/** Longest side of what is drawn; the browser stretches it from there. */
const SIDE = 320

/** Heat as opaque pixels on a canvas of the shape of what is seen; `scale`: what the lightest colour stands for. */
export function drawHeat(
  canvas: HTMLCanvasElement,
  heat: { rows: number; columns: number; values: ArrayLike<number> },
  { scale, aspect }: { scale: number; aspect: number },
): void {
  const width = Math.max(1, Math.round(aspect >= 1 ? SIDE : SIDE * aspect))
  const height = Math.max(1, Math.round(aspect >= 1 ? SIDE / aspect : SIDE))
  const rgba = new Uint8ClampedArray(width * height * 4)
  stretchHeat(heat, height, width).forEach((value, pixel) => {
    rgba.set(heatColour(scale > 0 ? value / scale : 0), pixel * 4)
    rgba[pixel * 4 + 3] = 255
  })
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0)
}
