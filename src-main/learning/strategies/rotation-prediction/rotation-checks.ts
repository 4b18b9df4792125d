import type { PlanProblem } from '../../../contract/models.ts'
import { rotationAmbiguities } from './rotation-symmetry.ts'
import { block, warn } from '../../plan-problem.ts'
import { pretrainingProblems } from '../common/pre-training/pretraining-checks.ts'
import type { PreflightContext } from '../strategy.ts'

const DENOISE = { title: 'Take a denoising autoencoder', patch: { strategy: { type: 'denoising-autoencoder' } } }

/** What docs/strategies.md lists as traps of rotation prediction and what can be known before anything runs. */
export function rotationProblems(context: PreflightContext, values: { compareScratch: boolean }): PlanProblem[] {
  // Without a head nothing says where the encoder ends.
  if (context.heads.length === 0) return []
  const shape = shapeProblems(context)
  if (shape.length > 0) return shape
  return [...symmetryProblems(context), ...augmentProblems(context), ...pretrainingProblems(context, values)]
}

function shapeProblems({ network }: PreflightContext): PlanProblem[] {
  const [height, width, channels] = network.layers[0]!.config['shape'] as number[]
  if (channels === undefined)
    return [block('rotation-images', 'Only images can be turned; this network takes table rows.', DENOISE)]
  if (height === width) return []
  const message = `Expected square images, which keep their shape when they are turned. The network takes ${width} x ${height}.`
  return [block('rotation-square', message, DENOISE)]
}

function symmetryProblems({ heads }: PreflightContext): PlanProblem[] {
  const classes = heads.flatMap((head) => (head.type === 'classification' ? head.classes : []))
  const found = rotationAmbiguities(classes)
  if (found.length === 0) return []
  const reasons = found.slice(0, 3).map(({ classes: names, why }) => `${names.slice(0, 3).join(', ')} (${why})`)
  const message = `Some classes look alike when they are turned: ${reasons.join('; ')}. Their rotation cannot be told, and features that tell them apart by it do harm.`
  return [warn('rotation-symmetric', message, DENOISE)]
}

/** Beyond this an augmented image is closer to the next quarter. */
const LARGEST_TURN = 45

function augmentProblems({ spec }: PreflightContext): PlanProblem[] {
  if (spec.augment.rotate < LARGEST_TURN) return []
  const message = `Augmentation turns images by up to ${spec.augment.rotate} degrees: beyond ${LARGEST_TURN} the rotation to be told is no longer the one in the image.`
  return [warn('rotation-augmented', message, { title: 'Do not turn', patch: { 'augment.rotate': 0 } })]
}
