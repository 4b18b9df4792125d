import { expect, test } from 'vitest'
import { lostText } from '../../../src-main/base/lost-text.ts'

const exit = { code: null, signal: null, stderr: '', reason: null }

test.each([
  [{ code: 0 }, 'The trainer process ended before it had said how (exit code 0).'],
  [{ code: 7, stderr: 'one\ntwo\n' }, '(exit code 7). It said last: one\ntwo'],
  [{ code: 0xc0000005 }, '(exit code 3221225477: a fault in native code).'],
  [{ code: 0xc000013a }, '(exit code 3221225786: ended with its console, or by Ctrl-C).'],
  [{ code: 0x40010004 }, ': ended with the session of the user).'],
  [{ signal: 'SIGKILL' }, '(signal SIGKILL: ended from outside, often by the system when memory runs out).'],
  [{ signal: 'SIGTERM' }, '(signal SIGTERM).'],
  [{ signal: 'SIGKILL', reason: 'it sent nonsense' }, 'memory runs out, because it sent nonsense).'],
  [{}, '(no exit code).'],
])('of %j says what was seen', (seen, text) => expect(lostText({ ...exit, ...seen })).toContain(text))

test('leaves out what TensorFlow says in every process, and all but the last lines', () => {
  const stderr = ['oneDNN custom operations are on', ...Array.from({ length: 9 }, (_, i) => `line ${i}`)].join('\n')
  expect(lostText({ ...exit, code: 1, stderr })).toMatch(/last: line 4\nline 5\nline 6\nline 7\nline 8$/)
})

test('leaves out the start of lines that are very long, and empty ones around', () => {
  const lost = (stderr: string) => lostText({ ...exit, code: 1, stderr })
  expect(lost(`a${'b'.repeat(1499)}\n`)).toMatch(/last: ab{1499}$/)
  expect(lost(`a${'b'.repeat(1500)}`)).toMatch(/last: b{1500}$/)
  expect(lost('\n\n  one\ntwo  \n')).toMatch(/last: one\ntwo$/)
  for (const silent of ['', ' \n', 'I0000 absl::InitializeLog() is called']) expect(lost(silent)).not.toContain('last')
})
