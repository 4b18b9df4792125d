import { expect, test } from 'vitest'
import type { ExportRecord } from '../../../../src-main/contract/models.ts'
import { costSentences } from '../../../../src-renderer/features/models/export-cost.ts'

const asked = { format: 'litert', options: { weights: 'int8' }, parameters: 3_000_000 }
const program = { language: 'javascript', runtime: 'Node.js 24', files: 128, maxDifference: 0.05, sameClass: 0.97, msPerImage: 12, accuracy: { labelled: 128, graft: 0.92, exported: 0.91 } } as const // prettier-ignore

function made(weights: string, format = 'litert'): ExportRecord {
  const proof = { samples: 0, maxDifference: null, sameTop1: null, program }
  return { id: '1', runId: 'r', format, folder: 'f', files: [], createdAt: '2026-01-02T03:04:05.000Z', options: { weights }, intendedUse: null, proof } // prettier-ignore
}

test('before the first one: its size, and that what it loses will be measured', () => {
  const others = [made('float16'), made('int8', 'onnx')]
  expect(costSentences(asked, others)).toEqual([
    'About 3 MB of weights, in float32 12 MB.',
    'What its answers lose is measured on up to 128 items when it is made.',
  ])
})

test('in float32 nothing is lost', () => {
  expect(costSentences({ ...asked, options: {} }, [])).toEqual(['About 12 MB of weights.'])
})

test('one of the same form tells what it has shown', () => {
  expect(costSentences(asked, [made('int8')]).join(' ')).toMatch(/The last one, of .*the same class for 97 %, 12.0 ms each. Right on the labelled ones, 128: 91 %, inside Graft 92 %/) // prettier-ignore
})
