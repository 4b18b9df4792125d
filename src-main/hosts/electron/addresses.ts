/** The only origin that a window of Graft may show. */
export const SCHEME = 'wb'
export const APP_HOST = 'app'
export const MEDIA_HOST = 'media'
export const APP_ADDRESS = `${SCHEME}://${APP_HOST}/index.html`
const PAGE_PATHS: ReadonlySet<string> = new Set(['/', '/index.html'])

/** Whether `address` is the app's own page, at whatever place of it. Parsed, never matched as text: `wb://app.evil` is not ours. */
export function isAppAddress(address: string): boolean {
  const url = parse(address)
  if (url === null || url.protocol !== `${SCHEME}:` || url.host !== APP_HOST) return false
  return url.username === '' && url.port === '' && PAGE_PATHS.has(url.pathname)
}

/** Pages that may open in the user's own browser, after a question. Everything else is refused. */
const READABLE_HOSTS: ReadonlySet<string> = new Set([
  'arxiv.org',
  'doi.org',
  'keras.io',
  'www.tensorflow.org',
  'onnx.ai',
])

/** As much of an address as a question can show: what is not seen is not opened. */
const MAX_READABLE = 500

export function isReadableOutside(address: string): boolean {
  const url = parse(address)
  return (
    url !== null &&
    url.href.length <= MAX_READABLE &&
    url.protocol === 'https:' &&
    url.username === '' &&
    url.port === '' &&
    READABLE_HOSTS.has(url.hostname)
  )
}

export function parse(address: string): URL | null {
  try {
    return new URL(address)
  } catch {
    return null
  }
}
