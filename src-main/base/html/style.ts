const LIGHT = `
  --ground: #f5f2eb; --panel: #ffffff; --panel-2: #faf8f3; --line: #e3dfd4;
  --text: #22241f; --text-2: #4f5149; --text-3: #676960;
  --action: #2c7438; --frozen: #22638d; --fresh: #7f5500; --danger: #b3261e; --heat: 34 99 141;
  --s0: #0072b2; --s1: #c2500a; --s2: #007d63; --s3: #a03088; --s4: #8a6b00; --s5: #2e7fc1;
  --s6: #c92f4c; --s7: #4d7c0f; --s8: #6247aa; --s9: #7a5236; --s10: #0e7c86; --s11: #5b6470;`

const DARK = `
  --ground: #11151b; --panel: #191e26; --panel-2: #1f252e; --line: #2c343f;
  --text: #e7e9ec; --text-2: #b9bfc9; --text-3: #97a0ad;
  --action: #6fc27c; --frozen: #85c4ec; --fresh: #e6b04c; --danger: #ff958b; --heat: 133 196 236;
  --s0: #56b4e9; --s1: #f0883e; --s2: #2fc4a0; --s3: #e07fcb; --s4: #e3c545; --s5: #86b6ff;
  --s6: #ff7b92; --s7: #a3d65c; --s8: #b9a3f0; --s9: #d6a27c; --s10: #5fd0d8; --s11: #aab3c0;`

/** Colours of the curves and arms. */
export const SERIES_COLOURS = 12
/** Shades of a matrix, from 0 to all of its row. */
export const SHADES = 10

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
const series = range(SERIES_COLOURS).map((index) => `.s${index} { color: var(--s${index}); }`)
const shades = range(SHADES).map(
  (index) => `.h${index + 1} { background: rgb(var(--heat) / ${((index + 1) * 6).toFixed(0)}%); }`,
)

/** The looks of a page: the colours of the app, light and dark as the reader's system is; on paper always light. */
export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 14px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 28px 20px 56px; }
h1 { margin: 0; font-size: 26px; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 0 0 10px; font-size: 16px; }
h3 { margin: 16px 0 6px; font-size: 14px; overflow-wrap: anywhere; }
p { margin: 0 0 8px; overflow-wrap: anywhere; }
section { margin-top: 16px; padding: 16px 18px; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); }
.lead, .muted { color: var(--text-2); }
.small { font-size: 12px; }
.keep { white-space: pre-line; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; }
caption { padding-bottom: 4px; color: var(--text-2); text-align: left; }
th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: break-word; }
td { max-width: 640px; }
th { color: var(--text-2); font-weight: 600; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.mono, pre { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 12px; }
.mono { overflow-wrap: anywhere; }
pre { margin: 8px 0 0; padding: 10px; border-radius: 6px; background: var(--panel-2); white-space: pre-wrap; overflow-wrap: anywhere; }
details { margin-top: 8px; }
summary { cursor: pointer; color: var(--text-2); font-weight: 600; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(380px, 100%), 1fr)); gap: 18px; }
figure { margin: 0; min-width: 0; }
figcaption { margin-bottom: 4px; font-weight: 600; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--text-2); font: 11px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
svg .name { fill: var(--text); font-size: 12px; }
svg .grid { stroke: var(--line); }
svg .dashed { stroke: var(--text-3); stroke-dasharray: 3 4; }
svg .line { fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linejoin: round; }
svg .ring { fill: none; stroke: currentColor; stroke-opacity: .65; }
svg .dot { fill: currentColor; }
svg.bar { width: 120px; height: 10px; margin-top: 5px; color: var(--frozen); }
svg.bar .track { fill: var(--line); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 4px 0 0; padding: 0; list-style: none; font-size: 12px; }
.legend li::before { content: ''; display: inline-block; width: 14px; height: 3px; margin: 0 6px 3px 0; background: currentColor; }
.legend span { color: var(--text); overflow-wrap: anywhere; }
.matrix td, .matrix th { padding: 3px 6px; border: 1px solid var(--line); text-align: center; font-variant-numeric: tabular-nums; }
.matrix th { max-width: 110px; font-size: 11px; }
.matrix tbody th { text-align: right; }
.matrix .hit { box-shadow: inset 0 0 0 1px var(--action); }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(132px, 1fr)); gap: 12px; margin: 8px 0 0; padding: 0; list-style: none; }
.pictures li { min-width: 0; padding: 8px; border: 1px solid var(--line); border-radius: 6px; font-size: 12px; overflow-wrap: anywhere; }
.pictures img, .pictures img[src^='data:image/png'] { image-rendering: pixelated; }
.pictures .none { display: block; width: 100%; height: 112px; margin-bottom: 6px; object-fit: contain; border-radius: 4px; background: var(--panel-2); }
.pictures .none { padding: 8px; color: var(--text-3); }
.pictures b { display: block; }
.blocks { display: flex; flex-wrap: wrap; gap: 6px 4px; margin: 8px 0; padding: 0; list-style: none; }
.blocks li { max-width: 240px; padding: 5px 8px; border: 1px solid var(--line); border-radius: 6px; background: var(--panel-2); font-size: 12px; }
.blocks b { display: block; font-weight: 500; overflow-wrap: anywhere; }
.cells { display: flex; flex-wrap: wrap; gap: 2px; margin: 3px 0; }
.cell { display: inline-block; width: 12px; height: 12px; border: 1.5px solid currentColor; border-radius: 3px; }
.frozen { color: var(--frozen); background: repeating-linear-gradient(45deg, currentColor 0 1.5px, transparent 1.5px 4px); }
.trained { color: var(--action); background: currentColor; }
.fresh { color: var(--fresh); }
.keys { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; font-size: 12px; }
.keys span { display: inline-flex; gap: 6px; align-items: center; }
.bad { color: var(--danger); }
${series.join('\n')}
${shades.join('\n')}
@media print {
  body { background: none; }
  main { max-width: none; padding: 0; }
  section { break-inside: avoid-page; }
  section.long { break-inside: auto; }
  tr, figure, .pictures li { break-inside: avoid; }
  * { print-color-adjust: exact; }
}
`
