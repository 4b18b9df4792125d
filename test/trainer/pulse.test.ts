import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { TrainerJob } from '../../src-main/contract/trainer.ts'
import { runChildJob } from '../../src-main/core/background/child-job.ts'
import { nodeLauncher } from '../../src-main/hosts/shared/node-launcher.ts'

const trainer = nodeLauncher({ entry: fileURLToPath(new URL('../support/silent-child.ts', import.meta.url)) })
const run = (kind: 'export' | 'inspect'): Promise<void> =>
  runChildJob({
    trainer,
    job: { kind } as TrainerJob,
    signal: new AbortController().signal,
    silenceMs: 1200,
    onMessage: () => undefined,
  })

it('a synchronous step longer than the silence that is allowed is waited for', async () => {
  await run('export')
})

it('a process that hangs without computing is ended', async () => {
  await expect(run('inspect')).rejects.toMatchObject({ code: 'E_TRAINER_CRASHED' })
})
