import { describe, expect, it } from 'vitest'
import { openCsvText } from '../../../src-main/data/csv-text.ts'

/** A file is read in pieces of this length. */
const PIECE = 262_144

async function open(bytes: Buffer, signal?: AbortSignal) {
  const read = (at: number, count: number): Buffer => bytes.subarray(at, at + count)
  const text = await openCsvText({ size: bytes.length, read }, 'table.csv', signal)
  return { pieces: [...text.pieces()].map(String), isGuessed: text.warning !== null, again: () => [...text.pieces()] }
}

describe('a text in pieces', () => {
  it('has as many as it needs, from the beginning each time', async () => {
    const { pieces, again } = await open(Buffer.alloc(2 * PIECE, 'x'))
    expect(pieces.map((piece) => piece.length)).toEqual([PIECE, PIECE])
    expect(again()).toHaveLength(2)
    expect((await open(Buffer.alloc(PIECE + 1, 'x'))).pieces.map((piece) => piece.length)).toEqual([PIECE, 1])
    expect((await open(Buffer.alloc(0))).pieces).toEqual([])
  })

  it('of UTF-8 may be cut within a character', async () => {
    const bytes = Buffer.from(`${'x'.repeat(PIECE - 1)}é`)
    const { isGuessed, again } = await open(bytes)
    expect([isGuessed, Buffer.concat(again()).equals(bytes)]).toEqual([false, true])
  })

  it('of UTF-16 has no half of a character, wherever it is cut', async () => {
    // The mark has two bytes, each x two: the border lies between the halves of the face.
    const text = `${'x'.repeat(PIECE / 2 - 2)}😀y`
    for (const bytes of [Buffer.from(`\uFEFF${text}`, 'utf16le'), Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()]) {
      const { pieces } = await open(bytes)
      expect([pieces.length, pieces.join('') === text]).toEqual([2, true])
    }
  })

  it('of UTF-16 that ends within a character says so by its mark', async () => {
    expect((await open(Buffer.from('\uFEFFab', 'utf16le'))).pieces).toEqual(['ab'])
    expect((await open(Buffer.from('\uFEFFab', 'utf16le').subarray(0, -1))).pieces).toEqual(['a', '\uFFFD'])
  })
})

describe('bytes that are no UTF-8', () => {
  it('are Windows-1252, also where only the last one tells', async () => {
    for (const bytes of [Buffer.of(0xe9, 97), Buffer.of(97, 0xc3)]) {
      const { pieces, isGuessed } = await open(bytes)
      expect([pieces.join(''), isGuessed]).toEqual([bytes.toString('latin1'), true])
    }
  })

  it('are not guessed from where the reading was stopped', async () => {
    const reason = new Error('enough')
    await expect(open(Buffer.from('a,b\n'), AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})
