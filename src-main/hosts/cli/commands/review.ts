import type { Command } from 'commander'
import { GraftError } from '../../../contract/errors.ts'
import type { ExhibitOf } from '../../../contract/exhibits.ts'
import { inSession, withGlobals, type CommandContext, type GlobalOptions } from '../command.ts'
import { printJson, printLine } from '../print.ts'

interface ReviewFlags extends GlobalOptions {
  readonly refuse?: string
  readonly exhibit?: string
}

/** `graft review RUN`: decides on the suggestions of a run that waits for it. */
export function addReviewCommand(program: Command): void {
  withGlobals(
    program
      .command('review <run>')
      .description('keep or refuse the labels that a waiting run suggests')
      .option('--refuse <items>', 'ids of the items whose suggestion is wrong, with commas; the others are kept')
      .option('--exhibit <id>', 'which review; the newest one'),
  ).action((runId: string, flags: ReviewFlags) =>
    inSession(flags, false, (context) => reviewRun(context, runId, flags)),
  )
}

async function reviewRun({ session, json }: CommandContext, runId: string, flags: ReviewFlags): Promise<void> {
  const exhibits = await session.call('runs.exhibits', { runId })
  const reviews = exhibits.filter((exhibit): exhibit is ExhibitOf<'review'> => exhibit.kind === 'review')
  const review = flags.exhibit === undefined ? reviews.at(-1) : reviews.find(({ id }) => id === flags.exhibit)
  if (review === undefined) {
    const known = reviews.map(({ id }) => id).join(', ') || 'none'
    throw new GraftError('E_NOT_FOUND', `Expected a review of the run. Available: ${known}.`, {
      fix: 'A run of self-training with "review": "before" has one at each pause; name another with --exhibit.',
    })
  }
  const refused = itemIds(flags.refuse ?? '')
  const unknown = refused.find((id) => !review.rows.some(({ itemId }) => itemId === id))
  if (unknown !== undefined) {
    throw new GraftError('E_INPUT', `Expected \`--refuse\` to name items of ${review.id}. Received: ${unknown}.`, {
      fix: 'Take ids from the list that the run printed when it paused.',
    })
  }
  const kept = review.rows.map(({ itemId }) => itemId).filter((id) => !refused.includes(id))
  const answer = await session.call('runs.review', { runId, exhibitId: review.id, kept })
  if (json) return printJson({ exhibitId: review.id, ...answer })
  printLine(`${answer.kept} kept, ${answer.refused} refused. Go on with: graft resume ${runId}`)
}

function itemIds(text: string): number[] {
  const parts = text.split(',').map((part) => part.trim())
  const ids = parts.filter((part) => part !== '').map(Number)
  if (ids.every((id) => Number.isInteger(id))) return ids
  throw new GraftError(
    'E_INPUT',
    `Expected \`--refuse\` to be item ids with commas between. Received: ${text.slice(0, 100)}.`,
    { fix: 'For example: --refuse 12,31' },
  )
}
