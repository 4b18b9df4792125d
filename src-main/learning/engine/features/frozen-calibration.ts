import { createHash } from 'node:crypto'
import { calibrationPath, readCalibration, writeCalibration } from './calibration-file.ts'
import type { Network } from '../../../contract/network.ts'
import type { TrainJob } from '../../../contract/trainer.ts'
import type { Runtime } from '../../runtime.ts'
import type { TrainingData } from '../data/training-data.ts'
import type { Interruption } from '../loop/training.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import { calibrate, calibrationRows, type FrozenCalibration } from '../frozen/calibrate.ts'
import { nativeFor } from '../frozen/frozen-inference.ts'
import { frozenParts } from '../frozen/frozen-support.ts'
import type { Reporter } from '../loop/reporter.ts'

/** Another method, or another way to draw, is another version: what was found before is not read. */
const VERSION = 3
const PROGRESS_INTERVAL_MS = 1000

export interface CalibrationParts {
  readonly runtime: Runtime
  readonly job: Pick<TrainJob, 'cacheFolder'>
  readonly data: Pick<TrainingData, 'samples' | 'hashes' | 'rows'>
  readonly requested: () => Interruption | null
}

export interface CalibratedPart {
  readonly network: Network
  readonly weights: WeightValues
  /** Of the features in int8, without what calibration finds (`prefixKey`). */
  readonly key: string
}

/** The ranges of a frozen part: from `cache/calibrations/` where it has been calibrated on the same images before, else found now and put there. Throws a
 *  GraftError for a part that int8 has no kernels for, before any image is read; null when interrupted. */
export async function frozenCalibration(
  { runtime, job, data, requested }: CalibrationParts,
  { network, weights, key }: CalibratedPart,
  reporter: Pick<Reporter, 'send'>,
): Promise<FrozenCalibration | null> {
  const frozen = nativeFor(runtime, 'int8')
  const parts = frozenParts(network, weights)
  const rows = calibrationRows(data.hashes, data.rows.train)
  const hash = createHash('sha256').update(JSON.stringify({ version: VERSION, key }))
  for (const row of rows) hash.update(data.hashes[row]!)
  const own = hash.digest('hex').slice(0, 32)
  const folder = calibrationPath(job.cacheFolder, own)
  const known = readCalibration(folder)
  if (known !== null) return withKey(known, own)
  const tell = (message: string) => {
    let toldAt = -Infinity
    return (done: number, total: number) => {
      if (runtime.now() - toldAt < PROGRESS_INTERVAL_MS && done < total) return
      reporter.send({ type: 'progress', done, total, message })
      toldAt = runtime.now()
    }
  }
  const found = await calibrate({ ...runtime, frozen }, parts, { samples: data.samples, rows }, {
    isInterrupted: () => runtime.signal.aborted || requested() !== null,
    onBatch: tell('Calibrating int8'),
    onKernel: tell('Rounding weights for int8'),
  }) // prettier-ignore
  if (found === null) return null
  writeCalibration(folder, `${network.name} up to ${network.outputs.join(', ')}, ranges of int8`, found)
  return withKey(found, own)
}

/** The run keeps the key: an export finds the rounded weights by it. */
function withKey(found: FrozenCalibration, key: string): FrozenCalibration {
  return { ...found, calibration: { ...found.calibration, key } }
}
