import { brokenFile } from '../refusals.ts'
import type { PickleBytes } from './pickle-bytes.ts'
import type { PickleWords } from './pickle-words.ts'

export type { PickleWords } from './pickle-words.ts'

const MAX_STEPS = 20_000_000
const MAX_STACK = 1_000_000
const MARK = Symbol('mark')

/** Reads one pickled value: numbers, texts, booleans, null, arrays (for lists and tuples), maps (for dicts), sets, and what `words` makes of
 *  globals and persistent ids. A short list of instructions and no code: what is not on it throws E_MODEL_FILE. `bytes` stands behind the value then. */
export function readPickle(bytes: PickleBytes, words: PickleWords): unknown {
  const machine = new Machine(bytes, words)
  for (let step = 0; step < MAX_STEPS; step++) {
    const start = bytes.position
    const code = bytes.byte()
    if (code === STOP) return machine.pop()
    const run = INSTRUCTIONS.get(code)
    if (run === undefined) throw brokenFile(`Expected a pickle of plain values. Received: instruction 0x${code.toString(16).padStart(2, '0')} at byte ${start}.`) // prettier-ignore
    run(machine)
  }
  throw brokenFile(`Expected a pickle of at most ${MAX_STEPS} instructions. Received: more.`)
}

class Machine {
  readonly bytes: PickleBytes
  readonly words: PickleWords
  readonly #stack: unknown[] = []
  readonly #memo = new Map<number, unknown>()

  constructor(bytes: PickleBytes, words: PickleWords) {
    this.bytes = bytes
    this.words = words
  }

  push(value: unknown): void {
    if (this.#stack.push(value) > MAX_STACK) throw this.wrong(`at most ${MAX_STACK} values at once`)
  }

  pop(): unknown {
    const value = this.#stack.pop()
    if (value === undefined || value === MARK) throw this.wrong('a value on the stack')
    return value
  }

  top(): unknown {
    const value = this.#stack.at(-1)
    if (value === undefined || value === MARK) throw this.wrong('a value on the stack')
    return value
  }

  mark(): void {
    this.push(MARK)
  }

  /** What was put there since the last mark, which goes too. */
  sinceMark(): unknown[] {
    const at = this.#stack.lastIndexOf(MARK)
    if (at < 0) throw this.wrong('a mark on the stack')
    return this.#stack.splice(at).slice(1)
  }

  /** Drops a mark, or else a value. */
  drop(): void {
    if (this.#stack.pop() === undefined) throw this.wrong('a value on the stack')
  }

  remember(index: number = this.#memo.size): void {
    if (this.#memo.size >= MAX_STACK) throw this.wrong(`at most ${MAX_STACK} remembered values`)
    this.#memo.set(index, this.top())
  }

  recall(index: number): void {
    if (!this.#memo.has(index)) throw this.wrong(`value ${index} to have been remembered`)
    this.push(this.#memo.get(index))
  }

  append(values: unknown[]): void {
    const list = this.top()
    if (!Array.isArray(list)) throw this.wrong('a list to append to')
    for (const value of values) list.push(value)
  }

  set(pairs: unknown[]): void {
    const map = this.top()
    if (!(map instanceof Map) || pairs.length % 2 !== 0) throw this.wrong('a dict and pairs to set')
    for (let at = 0; at < pairs.length; at += 2) map.set(pairs[at], pairs[at + 1])
  }

  global(): void {
    const [name, module] = [this.pop(), this.pop()]
    if (typeof name !== 'string' || typeof module !== 'string') throw this.wrong('the name of a global as texts')
    this.push(this.words.global(module, name))
  }

  call(): void {
    const [inputs, word] = [this.pop(), this.pop()]
    if (!Array.isArray(inputs)) throw this.wrong('a tuple of arguments')
    this.push(this.words.call(word, inputs))
  }

  build(): void {
    const state = this.pop()
    this.words.build(this.top(), state)
  }

  wrong(expected: string): Error {
    return brokenFile(
      `Expected ${expected} before byte ${this.bytes.position} of the pickle. Received: none; it is damaged.`,
    )
  }
}

const STOP = 0x2e
const codeOf = (letter: string): number => letter.charCodeAt(0)

/** Python's pickletools has the meaning of each. */
const INSTRUCTIONS: ReadonlyMap<number, (machine: Machine) => void> = new Map<number, (machine: Machine) => void>([
  [0x80, ({ bytes }) => protocol(bytes.byte())],
  [0x95, ({ bytes }) => void bytes.view(8)],
  [codeOf('('), (m) => m.mark()],
  [codeOf('0'), (m) => m.drop()],
  [codeOf('1'), (m) => void m.sinceMark()],
  [codeOf('N'), (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  [codeOf('K'), (m) => m.push(m.bytes.byte())],
  [codeOf('M'), (m) => m.push(m.bytes.view(2).getUint16(0, true))],
  [codeOf('J'), (m) => m.push(m.bytes.view(4).getInt32(0, true))],
  [0x8a, (m) => m.push(longOf(m.bytes.take(m.bytes.byte(), 'a whole number')))],
  [codeOf('G'), (m) => m.push(m.bytes.view(8).getFloat64(0))],
  [codeOf('X'), (m) => m.push(m.bytes.text(m.bytes.view(4).getUint32(0, true)))],
  [0x8c, (m) => m.push(m.bytes.text(m.bytes.byte()))],
  [codeOf('U'), (m) => m.push(m.bytes.text(m.bytes.byte()))],
  [codeOf('T'), (m) => m.push(m.bytes.text(m.bytes.view(4).getUint32(0, true)))],
  [codeOf('C'), (m) => m.push(m.bytes.take(m.bytes.byte(), 'bytes').slice())],
  [codeOf('B'), (m) => m.push(m.bytes.take(m.bytes.view(4).getUint32(0, true), 'bytes').slice())],
  [codeOf(']'), (m) => m.push([])],
  [codeOf(')'), (m) => m.push([])],
  [codeOf('}'), (m) => m.push(new Map())],
  [0x8f, (m) => m.push(new Set())],
  [codeOf('t'), (m) => m.push(m.sinceMark())],
  [codeOf('l'), (m) => m.push(m.sinceMark())],
  [0x85, (m) => m.push([m.pop()])],
  [0x86, (m) => m.push([m.pop(), m.pop()].reverse())],
  [0x87, (m) => m.push([m.pop(), m.pop(), m.pop()].reverse())],
  [codeOf('a'), (m) => appendOne(m)],
  [codeOf('e'), (m) => appendAll(m)],
  [codeOf('s'), (m) => setOne(m)],
  [codeOf('u'), (m) => setAll(m)],
  [0x90, (m) => addAll(m)],
  [codeOf('q'), (m) => m.remember(m.bytes.byte())],
  [codeOf('r'), (m) => m.remember(m.bytes.view(4).getUint32(0, true))],
  [0x94, (m) => m.remember()],
  [codeOf('h'), (m) => m.recall(m.bytes.byte())],
  [codeOf('j'), (m) => m.recall(m.bytes.view(4).getUint32(0, true))],
  [codeOf('c'), (m) => m.push(m.words.global(m.bytes.line(), m.bytes.line()))],
  [0x93, (m) => m.global()],
  [codeOf('Q'), (m) => m.push(m.words.persistent(m.pop()))],
  [codeOf('R'), (m) => m.call()],
  [0x81, (m) => m.call()],
  [codeOf('b'), (m) => m.build()],
])

function protocol(version: number): void {
  if (version > 5) throw brokenFile(`Expected a pickle of protocol 5 or older. Received: protocol ${version}.`)
}

function appendOne(machine: Machine): void {
  const value = machine.pop()
  machine.append([value])
}

function appendAll(machine: Machine): void {
  const values = machine.sinceMark()
  machine.append(values)
}

function setOne(machine: Machine): void {
  const [value, key] = [machine.pop(), machine.pop()]
  machine.set([key, value])
}

function setAll(machine: Machine): void {
  const pairs = machine.sinceMark()
  machine.set(pairs)
}

function addAll(machine: Machine): void {
  const values = machine.sinceMark()
  const set = machine.top()
  if (!(set instanceof Set)) throw machine.wrong('a set to add to')
  for (const value of values) set.add(value)
}

/** Little-endian, two's complement. A number where it is exact, a bigint where not. */
function longOf(bytes: Uint8Array): number | bigint {
  let value = 0n
  for (const [index, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * index)
  const signed = bytes.byteLength === 0 ? 0n : BigInt.asIntN(8 * bytes.byteLength, value)
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed
}
