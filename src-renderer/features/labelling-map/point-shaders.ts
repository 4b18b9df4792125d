/** As many groups as can be told apart: twelve colours, the others, and those without a value. */
export const MOST_GROUPS = 14
/** Beside the eight markers of the charts: a ring, for points without a value. */
export const RING = 8

/** Whether and how a point is drawn. */
export const HIDDEN = 0
export const SHOWN = 1
export const FAINT = 2

export const VERTEX = `#version 300 es
precision highp float;
in vec2 origin;
in vec2 place;
in float code;
in float state;
uniform float progress;
uniform vec2 zoom;
uniform vec2 shift;
uniform float diameter;
uniform vec4 colours[${MOST_GROUPS}];
uniform float shapes[${MOST_GROUPS}];
flat out vec4 colour;
flat out float shape;
void main() {
  vec2 at = mix(origin, place, progress) * zoom + shift;
  gl_Position = state < 0.5 ? vec4(2.0, 2.0, 2.0, 1.0) : vec4(at, 0.0, 1.0);
  gl_PointSize = diameter;
  int group = int(code + 0.5);
  colour = colours[group] * vec4(1.0, 1.0, 1.0, state > 1.5 ? 0.14 : 1.0);
  shape = shapes[group];
}
`

/** Each shape by its distance from the border, in half diameters: below 0 within. With \`halo\` above 0 the shape lies in the middle of a
 *  ring, which marks what is selected. */
export const FRAGMENT = `#version 300 es
precision highp float;
flat in vec4 colour;
flat in float shape;
uniform float diameter;
uniform float halo;
uniform vec4 ring;
uniform vec4 ground;
out vec4 pixel;

float bar(vec2 p, float width) {
  return max(min(abs(p.x), abs(p.y)) - width, max(abs(p.x), abs(p.y)) - 0.95);
}

float border(vec2 p) {
  vec2 turned = vec2(p.x + p.y, p.x - p.y) * 0.70711;
  if (shape < 0.5) return length(p) - 0.9;
  if (shape < 1.5) return max(abs(p.x), abs(p.y)) - 0.78;
  if (shape < 2.5) return max(p.y - 0.7, abs(p.x) * 0.87 - p.y * 0.5 - 0.45);
  if (shape < 3.5) return (abs(p.x) + abs(p.y) - 1.0) * 0.70711;
  if (shape < 4.5) return bar(p, 0.28);
  if (shape < 5.5) return min(bar(p, 0.17), bar(turned, 0.17));
  if (shape < 6.5) return bar(turned, 0.28);
  if (shape < 7.5) return length(max(abs(p) - 0.4, 0.0)) - 0.42;
  return abs(length(p) - 0.68) - 0.22;
}

void main() {
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  float within = 1.0 - halo;
  float pixelSize = 2.0 / diameter;
  float cover = 1.0 - smoothstep(-pixelSize, pixelSize * 0.5, border(p / within) * within);
  vec4 result = vec4(colour.rgb, 1.0) * (colour.a * cover);
  if (halo > 0.0) {
    float edge = length(p);
    float disc = 1.0 - smoothstep(1.0 - 2.0 * pixelSize, 1.0, edge);
    float band = disc * smoothstep(1.0 - 4.5 * pixelSize, 1.0 - 3.0 * pixelSize, edge);
    vec4 behind = mix(ground, ring, band) * disc;
    result = result + behind * (1.0 - result.a);
  }
  if (result.a < 0.01) discard;
  pixel = result;
}
`
