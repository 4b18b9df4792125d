import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createWorkbench } from '../../src-main/core/workbench.ts'
import { clientOf } from '../../src-main/hosts/cli/open-client.ts'
import { nodeLauncher } from '../../src-main/hosts/shared/node-launcher.ts'
import { nodePorts, stderrLog } from '../../src-main/hosts/shared/node-ports.ts'
import { TRAINER } from './programs.ts'

/** The workbench as the command line has it: starts the run of a spec (its JSON) in a workspace, or goes on with the one that is there. Says, in a line each,
 *  its trainer's process, how many points of the loss a caller was shown, and how the run stands at the end. What it said must be there after a kill. */
const [workspace = '', spec = ''] = process.argv.slice(2)
const say = (words: object): void => void writeSync(1, `${JSON.stringify(words)}\n`)
const launcher = nodeLauncher({ entry: TRAINER })
const trainer: typeof launcher = {
  launch(job, handlers) {
    const child = launcher.launch(job, handlers)
    if (job.kind === 'train') say({ trainer: child.pid })
    return child
  },
}
const workbench = createWorkbench(nodePorts('cli', trainer, { log: stderrLog(false) }))
const { call } = clientOf(workbench)
await call('workspace.open', { source: workspace, create: false })
const [known] = await call('runs.list', { filter: { status: ['interrupted'] } }).then(({ runs }) => runs)
if (known !== undefined) await call('runs.resume', { runId: known.id })
const runId = known?.id ?? (await call('runs.start', { spec: JSON.parse(spec) })).runId
for (;;) {
  const { status, reason } = await call('runs.get', { runId })
  const [loss] = await call('runs.series', { runIds: [runId], metrics: ['train.loss'], maxPoints: 100_000 })
  say({ recorded: loss?.value.length ?? 0 })
  if (status !== 'queued' && status !== 'running') {
    await workbench.close()
    say({ runId, status, reason })
    break
  }
  await sleep(20)
}
