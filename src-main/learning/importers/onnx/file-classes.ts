import type { OnnxModel } from './model-proto.ts'

/** Under these notes exporters write the names of classes: a JSON list, an object or Python dict by number, or names between commas or lines. */
const KEYS = ['names', 'labels', 'classes', 'class_names', 'id2label']

/** Class names of the file in the order of the output; null: it names none. */
export function fileClasses({ notes }: OnnxModel): string[] | null {
  for (const key of KEYS) {
    const text = notes.get(key)
    const names = text === undefined ? [] : /^\s*[[{]/.test(text) ? ofList(text) : ofLines(text)
    if (names.length > 1 && names.every((name) => name !== '')) return names
  }
  return null
}

function ofLines(text: string): string[] {
  return text.trim().split(text.includes('\n') ? /\r?\n/ : ',').map((name) => name.trim()) // prettier-ignore
}

/** Quoted texts in their order, or in that of the numbers in front. */
function ofList(text: string): string[] {
  const found = [...text.matchAll(/(?:["']?(\d+)["']?\s*:\s*)?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/g)]
  const isNumbered = found.every(([, number]) => number !== undefined)
  const names = found.map(([, number, name]) => ({
    number: Number(number),
    name: name!.slice(1, -1).replaceAll(/\\(.)/g, '$1'),
  }))
  if (isNumbered) names.sort((a, b) => a.number - b.number)
  const isWhole = !isNumbered || names.every(({ number }, index) => number === index)
  return isWhole ? names.map(({ name }) => name) : []
}
