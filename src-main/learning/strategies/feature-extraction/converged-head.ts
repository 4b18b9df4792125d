import type { ExhibitInput } from '../../../contract/exhibits.ts'
import { GraftError } from '../../../contract/errors.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import { linearHeads } from '../../network/linear-heads.ts'
import type { FittedStrength } from '../../engine/run/staged-run.ts'
import type { ScriptInstead } from '../strategy.ts'
import { notLinearWords } from './converged-checks.ts'

/** C of scikit-learn's LogisticRegression, on standardised features: powers of ten, from a penalty that leaves little but the class shares
 *  to one that hardly counts. */
export const STRENGTHS = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000] as const

/** scikit-learn's default, where no validation label says better. */
const UNMEASURED = 1

/** Multinomial logistic regression with an L2 penalty (ridge regression for numbers) on the features, standardised: mean loss +
 *  |W|^2 / (2 C N), by L-BFGS to convergence for each C, warm-started; the C with the smallest validation loss is kept. Each head by itself.
 *  Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, sections 4.4 and 3.4.1. The standardisation is folded into kernel
 *  and bias: what is saved is an ordinary dense layer. */
export const convergedHead: ScriptInstead = {
  operations: 'large',
  async run(run) {
    const { main, context } = run
    const linear = linearHeads(context.network, context.states)
    if ('fault' in linear) {
      throw new GraftError('E_RUN_SPEC', notLinearWords(linear), { fix: 'Set `strategy.head` to "gradual".' })
    }
    run.expect(STRENGTHS.length)
    const { features, layers } = linear
    const options = { features, layers, strengths: STRENGTHS, unmeasured: UNMEASURED }
    const found = await run.converge('main', main, options)
    main.heads.forEach((head, place) => run.exhibit(strengthExhibit(head, found[place]!, main.heads.length > 1, place)))
    return main
  },
}

/** What the validation split says of each strength. */
function strengthExhibit(
  head: HeadInfo,
  found: readonly FittedStrength[],
  isNamed: boolean,
  place: number,
): ExhibitInput {
  const best = found.reduce((a, b) => ((b.loss ?? Infinity) < (a.loss ?? Infinity) ? b : a))
  const isMeasured = best.loss !== null
  const isClasses = head.type === 'classification'
  const words = isMeasured
    ? `Each fit is converged. C = ${best.c} does best on the validation split and is kept; a smaller C is a stronger penalty.`
    : `No label of the validation split is there to choose by: C = ${best.c} was taken.`
  return {
    kind: 'table',
    id: `strengths-${place}`,
    title: isNamed ? `Strength of the penalty: ${head.name}` : 'Strength of the penalty',
    words,
    columns: [
      { label: 'C', format: 'text' },
      { label: 'Validation loss', format: 'number', better: 'lower' },
      ...(isClasses ? [{ label: 'Validation accuracy', format: 'percent', better: 'higher' } as const] : []),
      { label: 'Iterations', format: 'count' },
    ],
    rows: found.map(({ c, loss, accuracy, iterations }) => [
      String(c),
      loss,
      ...(isClasses ? [accuracy] : []),
      iterations,
    ]),
    own: found.indexOf(best),
  }
}
