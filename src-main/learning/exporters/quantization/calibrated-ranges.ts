import type { OperationGraph } from '../../operations/graph.ts'
import type { ExportModel, ExportSources } from '../exporter.ts'
import { calibrate } from './calibrate.ts'
import type { Range } from './quantization.ts'

/** Where the numbers of each value of a graph lie: as seen on examples, and as the run calibrated them where its frozen part computed in int8. Throws
 *  E_EXPORT_FORMAT without examples. */
export async function calibratedRanges(
  graph: OperationGraph,
  model: ExportModel,
  sources: ExportSources | undefined,
): Promise<Map<string, Range>> {
  if (sources === undefined) throw new Error('int8 needs inputs to calibrate with')
  return withRunRanges(await calibrate(graph, await sources.calibration()), model)
}

/** The ranges of the run in their place: the exported integers are then those that the heads were trained on. A value that the run did not have
 *  keeps what was seen. */
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
