import { expect, test } from 'vitest'
import { seededRandom } from '../../src-main/base/seeded-random.ts'
import { AugmentSpec } from '../../src-main/contract/spec.ts'
import { createAugmentation } from '../../src-main/learning/engine/data/augment/index.ts'
import { createProgram } from '../../src-main/learning/engine/compile/program.ts'
import { augmentSuite, noise, numbers } from '../support/augment-suite.ts'
import { largestDifference, nativeRuntime } from '../support/native-runtime.ts'

const runtime = nativeRuntime()

augmentSuite(runtime.tf, 'tensorflow')

test('a recorded step makes the same changes as the ops one by one, with new draws each time', () => {
  const { tf } = runtime
  const log: string[] = []
  const spec = AugmentSpec.parse({ flip: true, crop: 0.5, rotate: 20, colour: 0.5, cutout: 0.3, mixup: 0.4 })
  const augmentation = createAugmentation(spec, { height: 8, width: 8, channels: 3 })
  const program = createProgram({ ...runtime, log: (_level, text) => void log.push(text) })
  const step = program.compile('changes', (x, targets, ...drawn) => [
    augmentation.apply(tf, x!, drawn),
    augmentation.mixTargets(tf, targets!, drawn),
  ])
  const x = tf.tensor(Float32Array.from(noise(4 * 192)), [4, 8, 8, 3])
  const targets = tf.eye(4)
  const seen = new Set<string>()
  for (let epoch = 0; epoch < 3; epoch++) {
    const drawn = augmentation.tensors(
      tf,
      [0, 1, 2, 3].map((row) => seededRandom(1, `augment ${epoch} ${row}`)),
    )
    const recorded = step(x, targets, ...drawn).map((tensor) => [...tensor.dataSync()])
    expect(
      largestDifference(
        recorded[0]!,
        numbers(tf, () => augmentation.apply(tf, x, drawn)),
      ),
    ).toBeLessThan(1e-3)
    const mixed = numbers(tf, () => augmentation.mixTargets(tf, targets, drawn))
    expect(largestDifference(recorded[1]!, mixed)).toBeLessThan(1e-6)
    seen.add(String(recorded[0]))
  }
  expect(seen.size).toBe(3)
  expect(program.isCompiled).toBe(true)
  expect(log).toEqual([])
  program.dispose()
})
