import { describe, expect, it } from 'vitest'
import { bytesSource } from '../../../../../src-main/learning/importers/files/byte-source.ts'
import { PickleBytes } from '../../../../../src-main/learning/importers/files/pickle-bytes.ts'
import { readPickle } from '../../../../../src-main/learning/importers/files/pickle.ts'
import { TORCH_WORDS } from '../../../../../src-main/learning/importers/files/torch-words.ts'

/** Letters and escapes as Python's pickletools writes instructions, one byte each. */
const pickled = (text: string): PickleBytes => new PickleBytes(bytesSource(Buffer.from(text, 'latin1')))
const read = (text: string): unknown => readPickle(pickled(text), TORCH_WORDS)
const error = (code: string, message: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string })

describe('a pickle', () => {
  // Each made by Python's pickle.dumps(value, protocol).
  it.each([
    ['\x80\x02K\x07.', 7],
    ['\x80\x02M\x00\x01.', 256],
    ['\x80\x02J\xff\xff\xff\xff.', -1],
    ['\x80\x02\x8a\x05\x00\x00\x00\x00\x01.', 2 ** 32],
    ['\x80\x02\x8a\x00.', 0],
    ['\x80\x02\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x80\x00.', 2n ** 63n],
    ['\x80\x02G?\xb9\x99\x99\x99\x99\x99\x9a.', 0.1],
    ['\x80\x02N.', null],
    ['\x80\x02\x88.', true],
    ['\x80\x02]q\x00(K\x01K\x02e.', [1, 2]],
    ['\x80\x02(K\x01K\x02K\x03K\x04tq\x00.', [1, 2, 3, 4]],
    ['\x80\x02K\x01K\x02\x86q\x00.', [1, 2]],
    ['\x80\x02X\x05\x00\x00\x00caf\xc3\xa9q\x00.', 'café'],
    ['\x80\x04\x95\x08\x00\x00\x00\x00\x00\x00\x00\x8c\x02ab\x94\x85\x94.', ['ab']],
  ])('%j is read as it is', (text, value) => {
    expect(read(text)).toEqual(value)
  })

  it('has dicts, and values that are used twice', () => {
    const shared = read('\x80\x02}q\x00(X\x01\x00\x00\x00aq\x01]q\x02X\x01\x00\x00\x00bq\x03h\x02u.') as Map<
      string,
      unknown
    >
    expect([...shared.keys()]).toEqual(['a', 'b'])
    expect(shared.get('a')).toBe(shared.get('b'))
  })

  it('may be a circle', () => {
    const list = read('\x80\x02]q\x00h\x00a.') as unknown[]
    expect(list[0]).toBe(list)
  })

  it.each([
    ['os.system', '\x80\x02cos\nsystem\nq\x00X\x02\x00\x00\x00lsq\x01\x85q\x02Rq\x03.'],
    ['posix.system', '\x80\x04\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x02ls\x94\x85\x94R\x94.'],
    ['builtins.eval', '\x80\x02cbuiltins\neval\nX\x01\x00\x00\x001\x85R.'],
    ['torch.storage._load_from_bytes', '\x80\x02ctorch.storage\n_load_from_bytes\nX\x01\x00\x00\x001\x85R.'],
    ['torch.__proto__', '\x80\x02ctorch\n__proto__\n.'],
    ['constructor.', '\x80\x02cconstructor\n\n.'],
    ['argparse.Namespace', '\x80\x02cargparse\nNamespace\n)\x81}b.'],
  ])('that asks for %s is refused by that name', (name, text) => {
    expect(() => read(text)).toThrow(error('E_MODEL_FILE', name))
  })

  it('of a whole network says what to save instead', () => {
    const text = '\x80\x02ctorchvision.models.resnet\nResNet\n)\x81.'
    expect(() => read(text)).toThrow(error('E_MODEL_UNSUPPORTED', 'torchvision.models.resnet.ResNet'))
  })

  it.each([
    ['an instruction of another kind', 'itype\nname\n.', 'instruction 0x69'],
    ['no end', '\x80\x02K\x01', 'cut off'],
    ['too few values', '\x80\x02\x86.', 'a value on the stack'],
    ['no mark', '\x80\x02K\x01t.', 'a mark on the stack'],
    ['a value that was never remembered', '\x80\x02h\x07.', 'value 7'],
    ['an odd number of pairs', '\x80\x02}(K\x01u.', 'pairs to set'],
    ['a list to append to a number', '\x80\x02K\x01K\x02a.', 'a list to append to'],
    ['a call of a number', '\x80\x02K\x01)R.', 'a call of something else'],
    ['a state of a list', '\x80\x02]}b.', 'a state for something else'],
    ['a text of 4 GB', '\x80\x02X\xff\xff\xff\xff.', '4294967295 bytes'],
    ['protocol 9', '\x80\x09N.', 'protocol 9'],
    ['a place of no storage', '\x80\x02K\x01Q.', 'another kind of reference'],
  ])('with %s is broken', (_, text, message) => {
    expect(() => read(text)).toThrow(error('E_MODEL_FILE', message))
  })

  it('that nests deep needs no deep stack, and holds a million values at most', () => {
    const depth = 300_000
    const value = read(`\x80\x02${'('.repeat(depth)}N${'t'.repeat(depth)}.`)
    expect(Array.isArray(value)).toBe(true)
    expect(() => read(`\x80\x02${']'.repeat(1_000_001)}.`)).toThrow(error('E_MODEL_FILE', 'at most 1000000 values'))
  })
})
