import { createHash } from 'node:crypto'
import { markup, Markup, type Part } from './markup.ts'
import { STYLE } from './style.ts'

/** Nothing is loaded and nothing runs: the page is its own style, and pictures are inside of it. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** A whole document that needs no other file. */
export function page({ title, lead, body }: { title: string; lead: Part; body: readonly Part[] }): string {
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>${new Markup(STYLE)}</style>
      </head>
      <body>
        <main>
          <header>
            <h1>${title}</h1>
            <p class="lead">${lead}</p>
          </header>
          ${body}
        </main>
      </body>
    </html>
`.text
}

/** A part of a page under its own heading. `isLong`: it may be broken between sheets of paper. */
export function section(title: string, content: readonly Part[], { isLong = false } = {}): Markup {
  return markup`<section${isLong ? new Markup(' class="long"') : null}><h2>${title}</h2>${content}</section>\n`
}

/** What is only looked at now and then. */
export function fold(title: string, content: Part): Markup {
  return markup`<details>
    <summary>${title}</summary>
    ${content}
  </details>`
}
