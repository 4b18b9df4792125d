/** About 2 ms of work on two cores: below that, a call costs as much as what it does. */
const CALL_FLOPS = 2e8
const MOST = 16

/** How many updates one call makes. Small ones go together: forward and backward of dense layers are about 6 operations per
 *  parameter and sample. */
export function stepsPerCall(parameters: number, batchSize: number): number {
  return Math.max(1, Math.min(MOST, Math.floor(CALL_FLOPS / (6 * parameters * batchSize))))
}
