/** Larger images are refused: a few kilobytes can claim to be gigapixels. */
export const MAX_PIXELS = 100_000_000
/** Compressed images above this are no photographs. */
export const MAX_IMAGE_BYTES = 256_000_000
