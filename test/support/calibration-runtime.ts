import type { CalibrationRuntime } from '../../src-main/learning/engine/frozen/calibrate.ts'
import type { FrozenNative } from '../../src-main/learning/frozen-native.ts'
import { loadFrozen } from '../../src-main/trainer/frozen.ts'
import { addProducts } from './add-products.ts'
import { nativeRuntime } from './native-runtime.ts'

/** Where the native module is not built, calibration looks by TensorFlow, and products are added one after the other. */
const PLAIN = { kernels: { float32: null, bfloat16: null, int8: null }, addProducts } as unknown as FrozenNative

export function calibrationRuntime(): CalibrationRuntime {
  return { ...nativeRuntime(), frozen: loadFrozen().frozen ?? PLAIN }
}
