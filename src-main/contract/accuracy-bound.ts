/** Accuracy may fall by as much against float32, as a share, before a plan, a run and the window warn: half a point. */
export const ACCURACY_BOUND = 0.005
