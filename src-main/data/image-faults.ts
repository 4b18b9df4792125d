import type { Metadata } from 'sharp'
import type { ImportProblem } from '../contract/datasets.ts'
import { GraftError } from '../contract/errors.ts'
import { READABLE_TYPES, REFUSED_TYPES, typeOfBytes, typeOfName } from './image-type.ts'

/** Why an image cannot be used, in a sentence. */
export type ImageFault = Pick<ImportProblem, 'code' | 'message'>

/** What is no image that Graft reads; imports and predictions refuse the same. */
export function faultOfType(bytes: Uint8Array, name: string): ImageFault | null {
  if (bytes.length === 0) return { code: 'zero-bytes', message: 'The file is empty (0 bytes).' }
  const type = typeOfBytes(bytes)
  const refusal = REFUSED_TYPES.get(type)
  if (refusal !== undefined) return { code: 'unsupported-format', message: `${refusal}.` }
  if (READABLE_TYPES.has(type)) return null
  const promised = typeOfName(name)
  const what = promised === null ? '' : ` Its name says ${promised}, its content is something else.`
  return { code: 'not-an-image', message: `Expected a JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF image.${what}` }
}

/** Values of other kinds than whole numbers of 8 or 16 bits say nowhere which of them is white. */
export function faultOfDepth({ depth }: Pick<Metadata, 'depth'>): ImageFault | null {
  if (depth === 'uchar' || depth === 'ushort') return null
  const kind = DEPTHS[depth] ?? depth
  const message = `Expected values of 8 or 16 bits (0 is black, the largest is white). Received: ${kind}, whose white is not known; scale the values and save them with 8 or 16 bits.`
  return { code: 'unsupported-format', message }
}

/** Throws E_DATASET_UNUSABLE where there is a fault. */
export function refuseFault(fault: ImageFault | null): void {
  if (fault === null) return
  const message = fault.message.replace(/\.$/, '')
  throw new GraftError('E_DATASET_UNUSABLE', message, { fix: 'Convert the file, or leave it out.' })
}

const DEPTHS: Readonly<Record<string, string>> = {
  char: 'signed numbers of 8 bits',
  short: 'signed numbers of 16 bits',
  uint: 'whole numbers of 32 bits',
  int: 'signed numbers of 32 bits',
  float: 'floating point numbers of 32 bits',
  double: 'floating point numbers of 64 bits',
  complex: 'complex numbers',
  dpcomplex: 'complex numbers',
}
