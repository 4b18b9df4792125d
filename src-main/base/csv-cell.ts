/** A cell of a CSV (RFC 4180). `isQuoted`: also where it need not be, so that no other separator can be seen in it. */
export function csvCell(value: string | number, isQuoted = false): string {
  const text = String(value)
  return isQuoted || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
