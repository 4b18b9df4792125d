/** Weight of the reversed gradient at progress p (0..1): 2 / (1 + exp(-gamma p)) - 1, from 0 to nearly 1, so that the domain classifier's
 *  noise of the first steps does not reach the features. Ganin et al., JMLR 17 (2016), section 5.2.2: gamma = 10, not tuned. */
export function lambdaAt(progress: number, gamma = 10): number {
  return 2 / (1 + Math.exp(-gamma * progress)) - 1
}
