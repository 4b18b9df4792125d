import { z } from 'zod'

/** How photographs become pixels. `exact`: read at their full size, then resized, which other programs can do bit for bit. `fast`: large JPEG files
 *  are shrunk while they are decoded, to no less than twice the size that is wanted; other pixels by a few levels of 255
 *  (docs/adr/0026-shrinking-while-decoding.md), so they are cached apart and a model keeps to what it was trained on. */
export const Decoding = z.enum(['exact', 'fast'])
export type Decoding = z.infer<typeof Decoding>
