import type { ExportModel } from './exporter.ts'

/** What is written into the files themselves, where a format has a place for notes: in what the features were that the heads were trained on, as JSON
 *  (contract's TrainedFeatures). Nothing where none were cached. */
export function featuresNote({ features }: Pick<ExportModel, 'features'>): Record<string, string> {
  if (features === undefined) return {}
  const { calibration: _, ...told } = features
  return { 'graft.features': JSON.stringify(told) }
}
