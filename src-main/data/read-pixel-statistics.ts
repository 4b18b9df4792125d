import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PixelStatistics } from '../contract/datasets.ts'

/** Beside a dataset's items. */
export const PIXEL_STATISTICS_FILE = 'pixel-statistics.json'

/** Null: they were not measured, as in datasets of earlier versions. */
export function readPixelStatistics(folder: string): PixelStatistics | null {
  try {
    return PixelStatistics.parse(JSON.parse(readFileSync(join(folder, PIXEL_STATISTICS_FILE), 'utf8')))
  } catch {
    return null
  }
}
