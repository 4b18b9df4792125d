/** What every reply to the window's page carries: it may load and talk to its own host, and nothing else. `images`: a further source of
 *  pictures. */
export function pageHeaders(images: string | null = null): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      `img-src 'self' ${images === null ? '' : `${images} `}blob: data:`,
      "font-src 'self'",
      "connect-src 'self'",
      "worker-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  }
}

/** Of a document that Graft has written, in a tab of its own: it loads nothing, runs nothing, and is no page of this host. */
export const DOCUMENT_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
  'cache-control': 'no-store',
}
