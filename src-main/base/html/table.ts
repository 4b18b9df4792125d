import { markup, type Markup, type Part } from './markup.ts'

export interface Column {
  readonly label: string
  readonly isNumber?: boolean
}

/** A table; a row has a cell for each column. */
export function table(columns: readonly Column[], rows: readonly (readonly Part[])[]): Markup {
  const className = (index: number): string => (columns[index]?.isNumber ? 'n' : '')
  return markup`<div class="wide" tabindex="0" role="group">
    <table>
      <thead>
        <tr>
          ${columns.map(({ label }, index) => markup`<th scope="col" class="${className(index)}">${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            markup`<tr>
              ${row.map((cell, index) => markup`<td class="${className(index)}">${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`
}

/** Names and what they are. */
export function facts(rows: readonly (readonly [string, Part])[]): Markup {
  const lines = rows.map(
    ([name, value]) =>
      markup`<tr>
        <th scope="row">${name}</th>
        <td>${value}</td>
      </tr> `,
  )
  return markup`<table>
    <tbody>
      ${lines}
    </tbody>
  </table>`
}
