import type { ArmBaseline, Baseline, StudyArm, StudyPlan, StudySpec } from '../../contract/studies.ts'
import { catalog } from '../../learning/catalog.ts'
import type { ArmPlan } from './plan-arm.ts'
import { ADAPTING } from './arm-words.ts'

/** Which baseline an arm of the user's is by itself, if any: then none of that kind is added. */
export function baselineOf({ arm, planned }: ArmPlan): ArmBaseline | null {
  if (arm.baseline !== null) return arm.baseline
  if (planned === null) return null
  const { spec } = planned.resolved
  const states = new Set(Object.values(planned.plan.states))
  if (spec.strategy.type === 'fine-tuning' && states.size === 1 && states.has('fresh')) return 'from-scratch'
  const isProbe = states.has('frozen') && !states.has('trained')
  const isWhole = spec.newLayers.length === 0 && spec.cut === undefined
  return isProbe && PLAIN.includes(spec.strategy.type) && isWhole && isOnlyHeadFresh(planned) ? 'linear-probe' : null
}

/** With everything frozen but the head they do the same. */
const PLAIN: readonly string[] = ['feature-extraction', 'fine-tuning']

function isOnlyHeadFresh(planned: NonNullable<ArmPlan['planned']>): boolean {
  const { plan, resolved } = planned
  const fresh = plan.network.layers.filter((layer) => plan.states[layer.name] === 'fresh')
  return fresh.filter((layer) => layer.type === 'Dense').length === resolved.heads.length
}

type Candidate = { readonly arm: StudyArm } | { readonly reason: string }

/** The arms of the asked-for baselines that are not there yet, and why some make no sense here. */
export function missingBaselines(
  study: StudySpec,
  plans: readonly ArmPlan[],
): { arms: StudyArm[]; leftOut: StudyPlan['leftOut'] } {
  const present = new Set(plans.map(baselineOf))
  const arms: StudyArm[] = []
  const leftOut: StudyPlan['leftOut'] = []
  for (const baseline of new Set(study.baselines)) {
    if (baseline === 'majority' || present.has(baseline)) continue
    const candidate = candidateOf(baseline, plans)
    if ('arm' in candidate) arms.push(candidate.arm)
    else leftOut.push({ baseline, reason: candidate.reason })
  }
  return { arms, leftOut }
}

function candidateOf(baseline: Exclude<Baseline, 'majority'>, plans: readonly ArmPlan[]): Candidate {
  if (baseline === 'source-only') return sourceOnly(plans)
  if (plans.some(isAdapting)) return { reason: 'It is not measured on the target; the source alone is the baseline.' }
  const isReused = plans.some(({ planned }) => planned !== null && hasReused(planned))
  if (!isReused) return { reason: 'Nothing is reused here: the base has fresh weights.' }
  const preset = baseline === 'from-scratch' ? 'from-scratch' : 'feature-extraction'
  const patch = catalog().presets.find((one) => one.id === preset)?.patch ?? {}
  const label = baseline === 'from-scratch' ? 'From scratch' : 'Linear probe'
  return { arm: { label, patch, baseline } }
}

function hasReused({ plan }: NonNullable<ArmPlan['planned']>): boolean {
  return Object.values(plan.states).some((state) => state !== 'fresh')
}

const isAdapting = ({ arm }: ArmPlan): boolean => ADAPTING.includes(arm.strategy)

/** What a domain adaptation does without its adapting part: the same network, optimizer and target, so that the target's accuracy is
 *  measured in the same way, and a reversed gradient of weight 0. */
function sourceOnly(plans: readonly ArmPlan[]): Candidate {
  const adapting = plans.find(isAdapting)
  if (adapting === undefined) return { reason: 'No arm adapts to a second domain.' }
  const own = adapting.planned?.resolved.spec.strategy ?? { type: 'dann' }
  const shared = Object.fromEntries(SHARED.flatMap((name) => (name in own ? [[name, own[name]]] : [])))
  const strategy = { ...shared, type: 'dann', lambda: 0, compareSourceOnly: false }
  const kept = Object.entries(adapting.arm.patch).filter(([path]) => !path.startsWith('strategy'))
  const patch = { ...Object.fromEntries(kept), strategy }
  return { arm: { label: 'Source only', patch, baseline: 'source-only' } }
}

/** What DANN and ADDA both have to say. */
const SHARED: readonly string[] = ['target', 'features', 'reportTarget', 'discriminatorUnits', 'discriminatorLayers']
