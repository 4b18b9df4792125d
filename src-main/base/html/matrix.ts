import { markup, type Markup } from './markup.ts'
import { SHADES } from './style.ts'

/** A confusion matrix, rows expected and columns predicted; a cell is as dark as its share of the row. */
export function matrix(classes: readonly string[], counts: readonly (readonly number[])[]): Markup {
  const rows = classes.map((name, expected) => {
    const row = counts[expected] ?? []
    const sum = row.reduce((total, count) => total + count, 0)
    const cells = classes.map((_, predicted) => {
      const count = row[predicted] ?? 0
      const shade = count === 0 ? '' : `h${Math.max(1, Math.ceil((count / sum) * SHADES))}`
      return markup`<td class="${predicted === expected ? `${shade} hit` : shade}">${count}</td>`
    })
    return markup`<tr>
      <th scope="row">${name}</th>
      ${cells}
    </tr> `
  })
  return markup`<div class="wide" tabindex="0" role="group">
    <table class="matrix">
      <caption>
        Rows: what it is. Columns: what the model said.
      </caption>
      <thead>
        <tr>
          <td></td>
          ${classes.map((name) => markup`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}
