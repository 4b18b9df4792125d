import type { Run } from '@contract/runs.ts'

/** A finished run of two seconds; override what a test is about. */
export function makeRun(given: Partial<Run> = {}): Run {
  return {
    id: 'r1',
    name: 'first',
    status: 'finished',
    reason: null,
    queuePosition: null,
    createdAt: '2026-01-01T10:00:00.000Z',
    startedAt: '2026-01-01T10:00:01.000Z',
    finishedAt: '2026-01-01T10:00:03.000Z',
    dataset: { id: 'd1', name: 'birds', version: 1, hash: 'aa' },
    base: 'efficientnet-lite0',
    strategy: 'feature-extraction',
    seed: 1,
    epochs: 10,
    epochsDone: 10,
    progress: 1,
    seconds: 2,
    parameters: { total: 1000, trainable: 100, frozen: 900, fresh: 100 },
    metrics: {},
    starred: false,
    tags: [],
    notes: '',
    colour: 0,
    ...given,
  }
}

export function score(best: number, last = best, bestEpoch = 3, kept = best) {
  return { kept, best, last, bestEpoch }
}
