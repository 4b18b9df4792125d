import { GraftError } from '../../contract/errors.ts'
import type { Exporter } from './exporter.ts'
import { EXPORTERS } from './index.ts'

/** The exporter of a format. Throws E_EXPORT_FORMAT. */
export function findExporter(format: string): Exporter {
  const exporter = EXPORTERS.find((candidate) => candidate.type === format)
  if (exporter) return exporter
  const known = EXPORTERS.map((candidate) => candidate.type).join(', ')
  throw new GraftError('E_EXPORT_FORMAT', `Expected an export format. Received: ${format}. Available: ${known}.`, {
    fix: 'Choose one of them.',
  })
}
