/** As docs/imports.md names them. */
const MODEL_FILE = /(\.(keras|h5|hdf5|pth|pt|bin|ckpt|safetensors|onnx)|(^|\/)model\.json)$/i
const PICTURE_OR_TABLE = /\.(png|jpe?g|webp|bmp|gif|tiff?|csv|tsv)$/i

/** Whether these files are those of a model, and nothing that could be predicted is among them. */
export function holdsModel(files: readonly { readonly path: string }[]): boolean {
  const has = (kind: RegExp): boolean => files.some(({ path }) => kind.test(path))
  return has(MODEL_FILE) && !has(PICTURE_OR_TABLE)
}
