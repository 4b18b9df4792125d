import type { Command } from 'commander'
import type { RequestOutput } from '../../../contract/index.ts'
import { type CommandContext, type GlobalOptions, inSession, withGlobals } from '../command.ts'
import { endProgress, percent, printJson, printLine, printTable, progressLine } from '../print.ts'
import { waitForJob } from '../wait.ts'
import { readSpec } from './run.ts'

type Report = NonNullable<RequestOutput<'precision.report'>['report']>
type Option = Report['options'][number]

export function addPrecisionCommand(program: Command): void {
  withGlobals(
    program
      .command('precision <spec>')
      .description('speed and agreement of the number formats that the frozen part may compute in')
      .option('--measure', 'measure them now, on this computer; otherwise what was measured before'),
  ).action((spec: string, flags: GlobalOptions & { measure?: boolean }) =>
    inSession(flags, false, (context) => showPrecisions(context, spec, flags.measure === true)),
  )
}

async function showPrecisions(context: CommandContext, path: string, isMeasured: boolean): Promise<void> {
  const { session, json } = context
  const spec = readSpec(path)
  if (isMeasured) {
    const { jobId } = await session.call('precision.measure', { spec })
    const progress = progressLine()
    await waitForJob(session, jobId, ({ done, total, message }) =>
      progress(`${message}${total === null || total <= 1 ? '' : `, ${done} of ${total}`}`),
    )
    endProgress()
  }
  const { report } = await session.call('precision.report', { spec })
  if (json) return printJson({ report })
  if (report === null)
    return printLine(
      'Nothing was measured yet for this spec on this computer. Measure with: graft precision SPEC --measure',
    )
  print(report)
}

function print(report: Report): void {
  const { base, layer, dataset, datasetVersion, measuredAt, options, calibration } = report
  printLine(`${base} up to ${layer}, on ${dataset} version ${datasetVersion}, measured ${measuredAt}`)
  const [exact] = options
  printTable(
    ['format', 'items/s', 'times float32', 'same answers', 'accuracy', 'in float32', 'cosine', 'smallest'],
    options.map((option) => rowOf(option, exact)),
  )
  for (const { precision, refusal } of options) if (refusal !== null) printLine(`${precision}: ${refusal}`)
  for (const words of comparedWords(options)) printLine(words)
  if (calibration !== null)
    printLine(`int8 was calibrated on ${calibration.images} training images (${calibration.method}).`)
}

function rowOf(
  { precision, itemsPerSecond, agreement }: Option,
  exact: Option | undefined,
): (string | number | null)[] {
  const base = exact?.itemsPerSecond ?? null
  const times = itemsPerSecond === null || base === null ? null : `${(itemsPerSecond / base).toFixed(2)}x`
  return [
    precision,
    itemsPerSecond === null ? null : Number(itemsPerSecond.toPrecision(3)),
    times,
    percent(agreement?.top1 ?? undefined),
    percent(agreement?.accuracy?.here),
    percent(agreement?.accuracy?.float32),
    agreement === null ? null : agreement.cosine.mean.toFixed(4),
    agreement === null ? null : agreement.cosine.smallest.toFixed(4),
  ]
}

function comparedWords(options: readonly Option[]): string[] {
  const measured = options.filter(({ refusal, precision }) => refusal === null && precision !== 'float32')
  if (measured.length === 0) return []
  const [agreement] = measured.flatMap((option) => option.agreement ?? [])
  if (agreement === undefined) {
    return ['Agreement was not measured: there is no validation item, and calibration looks at every training item.']
  }
  const split = agreement.split === 'train' ? 'training items (there are none for validation)' : 'validation items'
  return [
    `Compared on ${agreement.items} ${split} that calibration did not see; one linear head was fitted to each format's features.`,
  ]
}
