import { expect, test } from 'vitest'
import { resolveVariants } from '../../../src-main/learning/plan/job-variants.ts'
import { trainingPools } from '../../../src-main/trainer/thread-pools.ts'
import { toyJob } from '../../support/toy-run.ts'

test.each([
  ['feature-extraction', [], { withinOperations: 1, betweenOperations: 4 }],
  ['fine-tuning', ['block2'], { withinOperations: 4, betweenOperations: 4 }],
])('%s, trained %j: %o', async (strategy, trainedBlocks, pools) => {
  const job = { ...(await toyJob({ strategy, trainedBlocks })), threads: 4 }
  expect(trainingPools(job, resolveVariants(job))).toEqual(pools)
})
