import { describe, expect, it } from 'vitest'
import { faultOfDepth, faultOfType } from '../../../src-main/data/image-faults.ts'
import { typeOfBytes, typeOfName } from '../../../src-main/data/image-type.ts'

const bytesOf = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))

describe('the type that a name promises', () => {
  it.each([
    ['a.JPG', 'jpeg'],
    ['a.tar.png', 'png'],
    ['folder/b.tif', 'tiff'],
    ['.png', 'png'],
    ['png', null],
    ['a.txt', null],
    ['a.', null],
    ['', null],
    ['a.constructor', null],
  ])('%j: %s', (name, type) => expect(typeOfName(name)).toBe(type))
})

describe('the type of bytes', () => {
  const box = (brand: string, ...others: string[]) =>
    bytesOf([0, 0, 0, 24], `ftyp${brand}\0\0\0\0${others.join('')}`.padEnd(60, '\0'))

  it.each([
    ['webp', bytesOf('RIFF', [1, 2, 3, 4], 'WEBPVP8 ')],
    ['unknown', bytesOf('RIFF', [1, 2, 3, 4], 'WAVEfmt ')],
    ['unknown', bytesOf('JUNK', [1, 2, 3, 4], 'WEBPVP8 ')],
    ['avif', box('avif')],
    ['avif', box('avis')],
    ['avif', box('mif1', 'miaf', 'avif')],
    ['heic', box('heic')],
    ['heic', box('mif1', 'heic')],
    ['unknown', box('isom', 'mp41')],
    ['unknown', bytesOf([0, 0, 0, 24], 'xxxxheic')],
    ['jpeg', bytesOf([0xff, 0xd8, 0xff, 0xe0])],
    ['unknown', bytesOf([0xff, 0xd8])],
    ['png', bytesOf([0x89], 'PNG\r\n', [0x1a], '\n')],
    ['gif', bytesOf('GIF89a')],
    ['bmp', bytesOf('BM')],
    ['tiff', bytesOf('II', [0x2a, 0])],
    ['tiff', bytesOf('MM', [0, 0x2a])],
    ['psd', bytesOf('8BPS')],
    ['pdf', bytesOf('%PDF-1.4')],
    ['gzip', bytesOf([0x1f, 0x8b, 8])],
    ['zip', bytesOf('PK', [3, 4])],
    ['unknown', bytesOf('PK', [5, 6])],
  ] as const)('%s', (type, bytes) => expect(typeOfBytes(bytes)).toBe(type))

  it.each([
    ['<svg>', 'svg'],
    ['<SVG\n', 'svg'],
    ['\u00ef\u00bb\u00bf \n<svg ', 'svg'],
    ['<?xml version="1.0"?>\n\n<svg>', 'svg'],
    ['<!-- one --> <!-- two -->\t<svg>', 'svg'],
    ['<!doctype svg><svg>', 'svg'],
    ['<?xml?>a<svg>', 'unknown'],
    ['a<svg>', 'unknown'],
    ['<svgs>', 'unknown'],
    ['<svg', 'unknown'],
    ['<!-- <svg>', 'unknown'],
    ['<!-- a -- <svg> > <svg>', 'unknown'],
    ['<g><svg>', 'unknown'],
  ])('of the text %j: %s', (text, type) => expect(typeOfBytes(bytesOf(text))).toBe(type))

  it('of a drawing is told by its first 1024 bytes', () => {
    expect(typeOfBytes(bytesOf(`<!--${'x'.repeat(1012)}--><svg>`))).toBe('svg')
    expect(typeOfBytes(bytesOf(`<!--${'x'.repeat(1020)}--><svg>`))).toBe('unknown')
  })
})

describe('what is no image that Graft reads', () => {
  it('is said by what it is', () => {
    expect(faultOfType(bytesOf(''), 'a.png')).toEqual({ code: 'zero-bytes', message: 'The file is empty (0 bytes).' })
    expect(faultOfType(bytesOf('%PDF-1.4'), 'a.png')).toEqual({
      code: 'unsupported-format',
      message: 'PDF pages are not read; export them as PNG.',
    })
    expect(faultOfType(bytesOf('GIF89a'), 'a.txt')).toBeNull()
    const expected = 'Expected a JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF image.'
    expect(faultOfType(bytesOf('hello'), 'a.txt')).toEqual({ code: 'not-an-image', message: expected })
    expect(faultOfType(bytesOf('hello'), 'a.png')).toEqual({
      code: 'not-an-image',
      message: `${expected} Its name says png, its content is something else.`,
    })
  })

  it('are values whose white is not known', () => {
    expect([faultOfDepth({ depth: 'uchar' }), faultOfDepth({ depth: 'ushort' })]).toEqual([null, null])
    expect(faultOfDepth({ depth: 'float' })).toMatchObject({
      code: 'unsupported-format',
      message: expect.stringContaining('Received: floating point numbers of 32 bits, whose white') as string,
    })
    expect(faultOfDepth({ depth: 'other' as never })?.message).toContain('Received: other, whose white')
  })
})
