import type { PlanProblem } from '../../../contract/models.ts'
import { block, warn } from '../../plan-problem.ts'
import type { PreflightContext } from '../strategy.ts'
import { baselineProblems, taskProblems } from '../common/multi-task/task-checks.ts'
import { linkableLayers, type LinkProblem, parseLinks, parseStitches } from './layer-links.ts'

export interface SoftSharingValues {
  readonly sharing: string
  readonly strength: number
  readonly layers: string
  readonly stitchAfter: string
  readonly keep: string
  readonly mainTask: string
  readonly compareAlone: boolean
}

/** What is wrong or doubtful about a plan with soft sharing. */
export function softSharingProblems(context: PreflightContext, values: SoftSharingValues): PlanProblem[] {
  const tasks = taskProblems(context)
  if (context.heads.length < 2) return tasks
  return [
    ...tasks,
    ...shareProblems(context, values),
    ...mainTaskProblems(context, values),
    ...baselineProblems(values),
  ]
}

function shareProblems(context: PreflightContext, values: SoftSharingValues): PlanProblem[] {
  if (linkableLayers(context).length === 0) {
    const fix = { title: 'Unfreeze', patch: { freeze: null, train: null } }
    const message =
      'Only the heads learn: there is nothing between them that tasks could share softly. Unfreeze some layers, or add a new one.'
    return [block('nothing-to-link', message, fix)]
  }
  const links = values.sharing === 'cross-stitch' ? [] : linkProblems(context, values)
  const { problems } = values.sharing === 'distance' ? { problems: [] } : parseStitches(values.stitchAfter, context)
  return [...links, ...problems.map((problem) => entryProblem('stitchAfter', values.stitchAfter, problem))]
}

function linkProblems(context: PreflightContext, values: SoftSharingValues): PlanProblem[] {
  const { strengths, problems } = parseLinks(values.layers, context, values.strength)
  const wrong = problems.map((problem) => entryProblem('layers', values.layers, problem))
  const isOff = values.sharing === 'distance' && [...strengths.values()].every((strength) => strength === 0)
  if (!isOff || wrong.length > 0) return wrong
  const fix = { title: 'Use 0.001', patch: { 'strategy.strength': 0.001 } }
  return [warn('links-off', 'No layer is linked: each task learns for itself.', fix)]
}

function entryProblem(field: string, text: string, { entry, message, nearest }: LinkProblem): PlanProblem {
  const others = text.split(',').map((each) => each.trim()).filter((each) => each !== entry && each !== '') // prettier-ignore
  const told = `\`strategy.${field}\`: "${entry}": ${message}.`
  if (nearest === null) {
    return block('link-entry', told, {
      title: `Leave ${entry} out`,
      patch: { [`strategy.${field}`]: others.join(', ') },
    })
  }
  const rest = entry.includes('=') ? entry.slice(entry.lastIndexOf('=')) : ''
  const mended = [...others, `${nearest}${rest}`].join(', ')
  return block('link-entry', `${told} Nearest: ${nearest}.`, {
    title: `Use ${nearest}`,
    patch: { [`strategy.${field}`]: mended },
  })
}

function mainTaskProblems({ heads }: PreflightContext, { mainTask }: SoftSharingValues): PlanProblem[] {
  const names = heads.map(({ name }) => name)
  if (mainTask === '' || names.includes(mainTask)) return []
  const message = `\`strategy.mainTask\`: there is no head "${mainTask}". There are: ${names.join(', ')}.`
  return [block('main-task', message, { title: `Use ${names[0]!}`, patch: { 'strategy.mainTask': names[0]! } })]
}
