import type { Decoding } from '../contract/decoding.ts'

/** The size that images are brought to. */
export interface PixelSize {
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
  /** `cover` crops to the target shape around the middle, `stretch` ignores the aspect ratio. */
  readonly resize: 'cover' | 'stretch'
  /** Absent: exact. */
  readonly decoding?: Decoding | undefined
}
