import { seededRandom, shuffle } from '../../../../base/seeded-random.ts'
import { samplesTensor, toInput } from '../../../engine/data/feed.ts'
import type { Feed } from '../../../engine/step/objective.ts'
import type { Samples } from '../../../engine/data/training-data.ts'
import type { Tensor, Tf } from '../../../runtime.ts'

/** Batches of another dataset, as many rows a step as the learner's own batch has. */
export interface BatchFeed {
  readonly feed: Extract<Feed, { kind: 'stream' }>
  /** What was fed as the network takes it: changed as in training, normalised. Tensor code. */
  input(fed: readonly Tensor[]): Tensor
}

/** Feeds some rows pass by pass, each pass in an order of its own that depends on (seed, pass) alone; which rows a step gets depends on
 *  its number, so that a resumed run goes on alike. `perStep`: rows of a full batch. */
export function batchFeed(
  tf: Tf,
  samples: Samples,
  rows: readonly number[],
  { perStep, seed }: { readonly perStep: number; readonly seed: number },
): BatchFeed {
  let known: { pass: number; order: number[] } | null = null
  const orderOf = (pass: number): number[] => {
    if (known?.pass !== pass) {
      known = { pass, order: shuffle([...rows], seededRandom(seed, `order of the other dataset, pass ${pass}`)) }
    }
    return known.order
  }
  const rowAt = (place: number) => orderOf(Math.floor(place / rows.length))[place % rows.length]!
  const { changes } = samples
  return {
    feed: {
      kind: 'stream',
      count: 1 + drawnTensors(tf, samples),
      async load(_tf, at) {
        const drawn = at.rows.map((_, i) => rowAt(at.phaseStep * perStep + i))
        const values = await samples.load(drawn, at.epoch)
        const times = drawn.map(() => at.epoch)
        return [samplesTensor(tf, samples.shape, values), ...(changes?.draw(tf, drawn, times) ?? [])]
      },
    },
    input: ([x, ...drawn]) => toInput(tf, samples, x!, changes === null ? null : drawn),
  }
}

/** How many tensors the samples' changes draw for a batch. */
function drawnTensors(tf: Tf, { changes }: Samples): number {
  if (changes === null) return 0
  const drawn = changes.draw(tf, [0], [0])
  for (const tensor of drawn) tensor.dispose()
  return drawn.length
}
