import type { OperationGraph } from '../../operations/graph.ts'
import type { ExportModel, ExportSources } from '../exporter.ts'
import { asTrained, type Calibrated } from './as-trained.ts'
import { calibrate } from './calibrate.ts'
import { correctedBiases } from './correct-biases.ts'
import type { Range } from './quantization.ts'

/** A graph that becomes int8: its biases make up for the rounding of weights, and `ranges` say where the numbers of each value lie, as seen on examples. Where
 *  its run computed the frozen part in int8, that has the run's ranges, weights and biases, or the ranges alone. Throws E_EXPORT_FORMAT without examples. */
export async function calibrated(
  graph: OperationGraph,
  model: ExportModel,
  sources: ExportSources | undefined,
): Promise<Calibrated> {
  if (sources === undefined) throw new Error('int8 needs inputs to calibrate with')
  const { ranges, means } = await calibrate(graph, await sources.calibration())
  const seen = { graph: correctedBiases(graph, means), ranges: withRunRanges(ranges, model) }
  return model.trained === undefined ? seen : asTrained(seen, model.trained)
}

/** The ranges of the run in their place, which are of more images and leave the outermost numbers out. A value that the run did not have keeps what was seen. */
export function withRunRanges(seen: ReadonlyMap<string, Range>, model: ExportModel): Map<string, Range> {
  const ranges = new Map(seen)
  const { network, takesPixels = false } = model
  const [input, preparation] = network.layers
  for (const { name, low, high } of model.features?.calibration?.ranges ?? []) {
    // In the run the input is what was prepared; here pixels come in, and the first layer prepares them.
    const here = takesPixels && name === input?.name ? preparation!.name : name
    if (ranges.has(here)) ranges.set(here, { min: low, max: high })
  }
  return ranges
}
