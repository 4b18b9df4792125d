import { expect, it } from 'vitest'
import { ProtoWriter } from '../../../../../src-main/learning/engine/compile/protobuf.ts'

const joined = (writer: ProtoWriter): number[] => writer.finish().flatMap((part) => [...part])

it('writes fields of every kind, messages inside messages', () => {
  const inner = new ProtoWriter().int(1, 300).bytes(2, 'é').float(3, 1)
  const outer = new ProtoWriter().int(1, -1).bytes(2, inner).packed(3, [1, 128]).int(4, true)
  const expectedInner = [0x08, 0xac, 0x02, 0x12, 2, 0xc3, 0xa9, 0x1d, 0, 0, 0x80, 0x3f]
  const minusOne = [0x08, ...Array<number>(9).fill(0xff), 1]
  const expected = [...minusOne, 0x12, expectedInner.length, ...expectedInner, 0x1a, 3, 1, 0x80, 1, 0x20, 1]
  expect(joined(outer)).toEqual(expected)
  expect(outer.size).toBe(expected.length)
})

it('does not copy what is large, however deep it lies', () => {
  const large = Uint8Array.from({ length: 70_000 }, (_, at) => at % 251)
  const inner = new ProtoWriter().int(1, 5).bytes(2, large).int(3, 6)
  const outer = new ProtoWriter().bytes(1, new ProtoWriter().bytes(1, inner)).int(2, 7)
  expect(outer.finish()).toContain(large)
  // 70,000 is 0xf0 0xa2 0x04 in seven bits a byte; what is around it takes 8 bytes, then 4.
  const head = [0x0a, 0xfc, 0xa2, 0x04, 0x0a, 0xf8, 0xa2, 0x04, 0x08, 5, 0x12, 0xf0, 0xa2, 0x04]
  expect(joined(outer)).toEqual([...head, ...large, 0x18, 6, 0x10, 7])
  expect(outer.size).toBe(head.length + large.length + 4)
})
