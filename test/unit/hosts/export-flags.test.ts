import { Command } from 'commander'
import { expect, it } from 'vitest'
import { addExportCommand } from '../../../src-main/hosts/cli/commands/export.ts'

it('offers the fields of all formats as flags, and says which format has which value', () => {
  const program = new Command()
  addExportCommand(program)
  const flags = program.commands[0]?.options.map(({ flags, description }) => [flags, description]) ?? []
  expect(flags[0]).toEqual(['--format <format>', 'tfjs, keras, onnx, savedmodel, litert, pytorch, rules'])
  expect(flags.slice(-4)).toEqual([
    ['--input <value>', 'float32, uint8; of tfjs, keras, onnx, savedmodel, litert, pytorch (default: float32)'],
    ['--weights <value>', 'float32, float16, int8, dynamic (litert); of onnx, litert (default: float32)'],
    ['--layout <value>', 'nhwc, nchw; of onnx (default: nhwc)'],
    ['--batch-norm <value>', 'folded, kept; of onnx (default: folded)'],
  ])
})
