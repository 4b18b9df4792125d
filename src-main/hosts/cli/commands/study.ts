import type { Command } from 'commander'
import { plural } from '../../../base/plural.ts'
import { isShare } from '../../../contract/metric-facts.ts'
import type { RequestInput, RequestOutput } from '../../../contract/index.ts'
import { type CommandContext, type GlobalOptions, inSession, withGlobals } from '../command.ts'
import { endProgress, percent, printJson, printLine, printTable, progressLine, seconds } from '../print.ts'
import { waitForStudy } from '../wait.ts'
import { readSpec } from './run.ts'

type Study = RequestOutput<'studies.get'>
type Row = Study['results']['rows'][number]

export function addStudyCommands(program: Command): void {
  withGlobals(
    program
      .command('study <spec>')
      .description('tournament, freeze sweep, label efficiency or search: train what a study file says, and judge it')
      .option('--resume', 'the argument is the id of a study that stands still: go on with it', false),
  ).action((spec: string, flags: GlobalOptions & { resume: boolean }) =>
    inSession(flags, false, (context) => runStudy(context, spec, flags.resume)),
  )
  withGlobals(
    program.command('studies').description('studies of the workspace, or one with its results').argument('[study]'),
  ).action((studyId: string | undefined, flags: GlobalOptions) =>
    inSession(flags, false, (context) => (studyId === undefined ? listStudies(context) : show(context, studyId))),
  )
}

async function runStudy(context: CommandContext, argument: string, isResumed: boolean): Promise<void> {
  const { session } = context
  const studyId = isResumed ? argument : await start(context, argument)
  if (isResumed) await session.call('studies.resume', { studyId })
  const progress = progressLine()
  const study = await waitForStudy(session, studyId, ({ runs, progress: share, secondsLeft }) => {
    const left = secondsLeft === null ? '' : `, about ${seconds(secondsLeft)} left`
    progress(`${runs.finished + runs.failed} of ${runs.total} runs, ${Math.round(share * 100)} %${left}`)
  })
  endProgress()
  await show(context, studyId)
  const { finished, failed, total } = study.runs
  if (finished === total) return
  process.exitCode = 1
  const why = failed === 0 ? '' : `, ${failed} failed`
  process.stderr.write(
    `The study is ${study.status}: ${finished} of ${total} runs finished${why}. Go on with: graft study --resume ${studyId}\n`,
  )
}

async function start({ session }: CommandContext, path: string): Promise<string> {
  const study = readSpec(path) as unknown as RequestInput<'studies.start'>['study']
  const plan = await session.call('studies.plan', { study })
  for (const problem of plan.problems) process.stderr.write(`${problem.level} ${problem.message}\n`)
  const estimate = plan.seconds === null ? '' : `, about ${seconds(plan.seconds)}`
  process.stderr.write(`${plural(plan.arms.length, 'arm')}, ${plural(plan.runs, 'run')}${estimate}\n`)
  return (await session.call('studies.start', { study })).studyId
}

async function show({ session, json }: CommandContext, studyId: string): Promise<void> {
  const study = await session.call('studies.get', { studyId })
  if (json) printJson(study)
  else print(study)
}

function print(study: Study): void {
  const { results } = study
  const { finished, total } = study.runs
  printLine(`${study.id}  ${study.name}  ${study.status}, ${finished} of ${total} runs finished`)
  if (results.metric === null) return printLine('Nothing is measured yet.')
  const text = (value: number | null): string | null => measure(results.metric ?? '', value)
  const hasLabels = study.kind === 'label-efficiency'
  printTable(
    ['rank', 'arm', ...(hasLabels ? ['labels'] : []), results.metric, '±', 'seeds', 'p (Holm)', 'time', 'trainable'],
    results.rows.map((row) => [
      row.rank,
      `${row.label}${marks(row)}`,
      ...(hasLabels ? [row.labels ?? 'all'] : []),
      text(row.mean),
      text(row.half),
      row.values.length,
      row.againstLeader?.pHolm == null ? null : Number(row.againstLeader.pHolm.toPrecision(2)),
      row.seconds === null ? null : seconds(row.seconds),
      row.parameters.trainable,
    ]),
  )
  if (results.majority !== null) printLine(`${text(results.majority.value) ?? ''}  ${results.majority.words}`)
  printLine()
  for (const sentence of results.sentences) printLine(sentence)
}

function marks(row: Row): string {
  const found = [
    row.baseline === null ? '' : 'baseline',
    row.hurts ? 'transfer hurts' : '',
    row.notComparable === null ? '' : 'not comparable',
  ]
  const text = found.filter(Boolean).join(', ')
  return text === '' ? '' : ` [${text}]`
}

function measure(metric: string, value: number | null): string | null {
  if (value === null) return null
  return isShare(metric) ? percent(value) : String(Number(value.toPrecision(4)))
}

async function listStudies({ session, json }: CommandContext): Promise<void> {
  const studies = await session.call('studies.list', {})
  if (json) return printJson(studies)
  printTable(
    ['study', 'status', 'kind', 'dataset', 'arms', 'seeds', 'runs', 'name', 'found'],
    studies.map((study) => [
      study.id,
      study.status,
      study.kind,
      study.dataset.name,
      study.arms,
      study.seeds.length,
      `${study.runs.finished}/${study.runs.total}`,
      study.name,
      study.words,
    ]),
  )
}
