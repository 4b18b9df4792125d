import type { AnalyseJob, ChildMessage, TrainJob } from '../../src-main/contract/trainer.ts'
import type { JobContext } from '../../src-main/trainer/job-context.ts'
import { runAnalyse } from '../../src-main/trainer/jobs/analyse.ts'

export interface ToyAnalysis {
  readonly outcome: string | void
  readonly finding: Extract<ChildMessage, { type: 'finding' }>
  readonly exhibits: readonly Extract<ChildMessage, { type: 'exhibit' }>['exhibit'][]
  readonly messages: readonly ChildMessage[]
}

/** A training job as the job of an analysis. */
export function analyseJob(
  { kind: _kind, runId: _runId, resume: _resume, ...job }: TrainJob,
  analysis: AnalyseJob['analysis'],
  surroundings: Partial<AnalyseJob['surroundings']> = {},
): AnalyseJob {
  const items = { labelled: 59, unlabelled: 1, classCounts: [20, 20, 19] }
  return {
    ...job,
    kind: 'analyse',
    analysis,
    surroundings: { models: [], baseDomain: null, items, precisions: null, ...surroundings },
  }
}

/** Runs an analysis in this process. `cancelAfter`: asks to cancel after so many looks at the control. */
export async function runToyAnalysis(job: AnalyseJob, cancelAfter = Infinity): Promise<ToyAnalysis> {
  const messages: ChildMessage[] = []
  const abort = new AbortController()
  let looks = 0
  const control = {
    get requested() {
      if (++looks <= cancelAfter) return null
      abort.abort()
      return 'cancel'
    },
    subscribe: () => () => undefined,
  }
  const send = (message: ChildMessage) => {
    messages.push(message)
    return Promise.resolve()
  }
  const recorded = async () => undefined
  const outcome = await runAnalyse(job, { send, signal: abort.signal, control, recorded } as unknown as JobContext)
  const finding = messages.find((message) => message.type === 'finding') as ToyAnalysis['finding']
  const exhibits = messages.flatMap((message) => (message.type === 'exhibit' ? [message.exhibit] : []))
  return { outcome, finding, exhibits, messages }
}
