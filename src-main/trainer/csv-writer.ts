import { closeSync, openSync, writeSync } from 'node:fs'
import { removeFile } from '../base/disk/remove.ts'
import { replace } from '../base/disk/replace.ts'
import { csvCell } from '../base/csv-cell.ts'

export interface CsvWriter {
  write(cells: readonly (string | number)[]): void
  /** Gives the file its name. */
  finish(): void
  /** Leaves nothing behind, unless it is finished. */
  close(): void
}

/** Writes a CSV (RFC 4180, UTF-8, comma, LF) beside its place and renames it when it is whole. */
export function openCsvWriter(path: string): CsvWriter {
  const partial = `${path}.part-${process.pid}`
  const file = openSync(partial, 'w')
  let isOpen = true
  const shut = () => {
    if (isOpen) closeSync(file)
    isOpen = false
  }
  return {
    write: (cells) => void writeSync(file, `${cells.map((cell) => csvCell(cell)).join(',')}\n`),
    finish() {
      shut()
      replace(partial, path)
    },
    close() {
      shut()
      removeFile(partial)
    },
  }
}
