import type { Command } from 'commander'
import type { Dataset } from '../../../../contract/datasets.ts'
import { GraftError } from '../../../../contract/errors.ts'
import type { LabellingState } from '../../../../contract/labelling.ts'
import { type CommandContext, type GlobalOptions, inSession, withGlobals } from '../../command.ts'
import type { OpenClient } from '../../open-client.ts'
import { endProgress, progressLine } from '../../print.ts'
import { waitForJob } from '../../wait.ts'

export interface LabellingFlags extends GlobalOptions {
  readonly base?: string
  readonly column?: string
}

/** A dataset whose features are held until the command ends. */
export interface Prepared extends CommandContext {
  readonly dataset: Dataset
}

/** The options of every command that learns from features. */
export function labellingCommand(dataset: Command, name: string, description: string): Command {
  return withGlobals(
    dataset
      .command(`${name} <name>`)
      .description(description)
      .option(
        '--base <model>',
        'whose features; default: the base used last for this dataset, else EfficientNet-Lite0',
      ),
  )
}

/** For what needs no features. */
export function withDataset(
  name: string,
  flags: LabellingFlags,
  work: (context: Prepared) => Promise<void>,
): Promise<void> {
  return inSession(flags, false, async (context) => {
    await work({ ...context, dataset: await context.session.call('datasets.get', { datasetId: name }) })
  })
}

/** Computes what features are missing, with progress on standard error, and does the work. */
export function withFeatures(
  name: string,
  flags: LabellingFlags,
  work: (prepared: Prepared) => Promise<void>,
): Promise<void> {
  return inSession(flags, false, async (context) => {
    const { session } = context
    const dataset = await session.call('datasets.get', { datasetId: name })
    const base = flags.base === undefined ? {} : { base: flags.base }
    const { jobId } = await session.call('labelling.start', { datasetId: dataset.id, ...base })
    const progress = progressLine()
    await waitForJob(session, jobId, (job) => {
      if (job.total !== null) progress(`${job.message} ${job.done} of ${job.total}`)
    })
    endProgress()
    const off = session.on('labelling.progressed', ({ what, done, total }) =>
      progress(total === null ? `${what} ${done}` : `${what} ${done} of ${total}`),
    )
    tellUnreadable(await session.call('labelling.state', { datasetId: dataset.id }))
    await work({ ...context, dataset }).finally(() => {
      off()
      endProgress()
    })
  })
}

/** Nothing is left out without a word. */
function tellUnreadable({ unreadable: { total, first } }: LabellingState): void {
  for (const { path, reason } of first) process.stderr.write(`warn ${path}: ${reason}\n`)
  if (total > first.length) process.stderr.write(`warn ... and ${total - first.length} more cannot be read\n`)
}

/** The column that was named, else the first of classes. */
export function columnOf({ name, labelColumns }: Dataset, asked: string | undefined): string {
  if (asked !== undefined) return asked
  const first = labelColumns.find(({ type }) => type === 'classification')
  if (first !== undefined) return first.name
  throw new GraftError('E_DATASET_LABEL', `Expected a label column of classes. Received: ${name}, which has none.`, {
    fix: 'Add one in the window, and label a few items of two classes.',
  })
}

/** Waits until the column's labels are learnt. @throws GraftError E_DATASET_LABEL when there is too little to learn from */
export async function learnt(session: OpenClient, datasetId: string, column: string): Promise<void> {
  const state = await new Promise<LabellingState>((resolve, reject) => {
    const look = (): void =>
      void session.call('labelling.state', { datasetId, column }).then((state) => {
        if (state.isFitting && state.status === 'ready') return
        off()
        resolve(state)
      }, reject)
    const off = session.on('labelling.changed', look)
    look()
  })
  if (state.head !== null) return
  throw new GraftError('E_DATASET_LABEL', `Expected labels of ${column} to learn from. Received: ${state.wanting}`, {
    fix: 'Label a few items of two classes; graft dataset order says which first.',
  })
}
