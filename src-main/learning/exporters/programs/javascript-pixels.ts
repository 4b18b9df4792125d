/** The part of predict.mjs and predict.html that makes of a whole picture what the network takes: Graft's own pixels
 *  (docs/exports.md, "The same pixels"). data/resize.ts in JavaScript; a test holds the two against each other. */
export const JAVASCRIPT_PIXELS = String.raw`
/** Bytes on white: value * alpha / 255, rounded, + 255 - alpha. { width, height, channels: 4, data } -> 3 channels. */
export function onWhite({ width, height, data }) {
  const rgb = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; from < data.length; from += 4) {
    const alpha = data[from + 3]
    for (let c = 0; c < 3; c++) rgb[to++] = Math.round((data[from + c] * alpha) / 255) + 255 - alpha
  }
  return { width, height, channels: 3, data: rgb }
}

/** Grey (BT.601, in whole numbers) of colour, or three equal channels of grey. */
export function inChannels(image, channels) {
  if (image.channels === channels) return image
  const pixels = image.width * image.height
  const data = new Uint8Array(pixels * channels)
  for (let i = 0; i < pixels; i++) {
    if (channels === 3) data.fill(image.data[i], i * 3, i * 3 + 3)
    else data[i] = (19595 * image.data[i * 3] + 38470 * image.data[i * 3 + 1] + 7471 * image.data[i * 3 + 2] + 32768) >> 16
  }
  return { ...image, channels, data }
}

/** As Pillow's resize(size, BILINEAR, box) does, byte for byte: first across, then down. */
export function resize(image, size) {
  const box = middle(image, size)
  return down(across(image, taps(image.width, box.left, box.right, size.width)), taps(image.height, box.top, box.bottom, size.height))
}

/** The box of the picture that is used. It may end between two pixels. */
function middle({ width, height }, size) {
  const box = { left: 0, top: 0, right: width, bottom: height }
  if (size.resize === 'stretch') return box
  if (width * size.height > height * size.width) {
    const part = (height * size.width) / size.height
    return { ...box, left: (width - part) / 2, right: (width - part) / 2 + part }
  }
  const part = (width * size.height) / size.width
  return { ...box, top: (height - part) / 2, bottom: (height - part) / 2 + part }
}

/** For every output the first input it is made of, and the weights of that one and those behind it, in units of 2^-22. */
function taps(inputs, from, to, outputs) {
  const start = Math.fround(from)
  const scale = Math.fround(Math.fround(to) - start) / outputs
  const support = Math.max(1, scale)
  return Array.from({ length: outputs }, (_, i) => {
    const centre = start + (i + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const count = Math.min(inputs, Math.trunc(centre + support + 0.5)) - first
    const shares = Array.from({ length: count }, (_, k) => Math.max(0, 1 - Math.abs((k + first - centre + 0.5) * (1 / support))))
    const sum = shares.reduce((total, share) => total + share, 0)
    return { first, weights: Int32Array.from(shares, (share) => Math.trunc(0.5 + (share / sum) * 2 ** 22)) }
  })
}

function across({ width, height, channels, data }, columns) {
  const out = new Uint8Array(height * columns.length * channels)
  for (let y = 0, to = 0; y < height; y++) {
    for (const { first, weights } of columns) {
      for (let c = 0; c < channels; c++, to++) {
        let sum = 1 << 21
        let from = (y * width + first) * channels + c
        for (let k = 0; k < weights.length; k++, from += channels) sum = (sum + Math.imul(data[from], weights[k])) | 0
        out[to] = sum >> 22
      }
    }
  }
  return { width: columns.length, height, channels, data: out }
}

function down({ width, channels, data }, lines) {
  const stride = width * channels
  const out = new Uint8Array(lines.length * stride)
  lines.forEach(({ first, weights }, y) => {
    for (let i = 0; i < stride; i++) {
      let sum = 1 << 21
      for (let k = 0; k < weights.length; k++) sum = (sum + Math.imul(data[(first + k) * stride + i], weights[k])) | 0
      out[y * stride + i] = sum >> 22
    }
  })
  return { width, height: lines.length, channels, data: out }
}

/** A whole picture -> what the network takes: the pixels themselves, or (pixel / 255 - mean) / std. */
export function inputOf(picture, preparation) {
  const { channels, mean, std } = preparation
  const { data } = resize(inChannels(picture, channels), preparation)
  if (preparation.takesPixels) return data
  return Float32Array.from(data, (value, i) => (value / 255 - mean[i % channels]) / std[i % channels])
}
`
