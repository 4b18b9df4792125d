import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readVariables, writeVariables } from '../../../../../src-main/learning/engine/loop/checkpoint.ts'
import type { Tf, Variable } from '../../../../../src-main/learning/runtime.ts'

test('a checkpoint without one of the variables is refused by name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft-checkpoint-'))
  const path = join(folder, 'weights.safetensors')
  writeVariables(path, new Map())
  expect(() => readVariables({} as Tf, path, new Map([['dense/kernel', {} as Variable]]))).toThrow(
    expect.objectContaining({ code: 'E_MODEL_WEIGHTS', message: expect.stringContaining('dense/kernel') }),
  )
  rmSync(folder, { recursive: true })
})
