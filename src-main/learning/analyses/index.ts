import { advisor } from './advisor/advisor.ts'
import type { AnalysisVariant } from './analysis.ts'
import { domainGap } from './domain-gap/domain-gap.ts'
import { rateFinder } from './rate-finder/rate-finder.ts'
import { transferability } from './transferability/transferability.ts'

/** Every analysis; a new one is a file and a line here. Nothing here loads TensorFlow. */
export const analyses = Object.freeze([
  advisor,
  domainGap,
  rateFinder,
  transferability,
]) as unknown as readonly AnalysisVariant[]
