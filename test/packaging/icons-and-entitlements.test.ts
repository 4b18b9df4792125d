import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import config from '../../build/electron-builder.config.mjs'
import { makeIcons } from '../../build/icons/make-icons.mjs'
import { projectRoot } from '../../build/setup/context.mjs'

const read = (path: string): Buffer => readFileSync(join(projectRoot, path))

describe('the icons', () => {
  let made = new Map<string, Buffer>()
  beforeAll(async () => {
    made = await makeIcons()
  })

  test('are files of the right kind, so that no converter is downloaded', () => {
    expect([config.linux?.icon, config.win?.icon, config.mac?.icon]).toEqual([
      ...['build/icons/linux', 'build/icons/icon.ico', 'build/icons/icon.icns'],
    ])
  })

  test('are those that make-icons.mjs makes of icon.svg', async () => {
    for (const [path, bytes] of made) {
      const stored = read(`build/icons/${path}`)
      if (!path.endsWith('.png')) expect(stored.length / bytes.length, path).toBeCloseTo(1, 1)
      else expect(await difference(stored, bytes), path).toBeLessThan(1)
    }
  })

  test('for Windows: every size, as its header says, 256 as a PNG', async () => {
    const ico = read('build/icons/icon.ico')
    const entries = Array.from({ length: ico.readUInt16LE(4) }, (_, index) =>
      ico.subarray(6 + 16 * index, 22 + 16 * index),
    )
    expect(entries.map((entry) => entry[0])).toEqual([16, 24, 32, 48, 64, 128, 0])
    let offset = 6 + 16 * entries.length
    for (const entry of entries) {
      expect(entry.readUInt32LE(12)).toBe(offset)
      const image = ico.subarray(offset, (offset += entry.readUInt32LE(8)))
      const size = entry[0] || 256
      if (size === 256) expect(await sharp(image).metadata()).toMatchObject({ format: 'png', width: 256, height: 256 })
      else await expectBitmap(image, size)
    }
    expect(offset).toBe(ico.length)
  })

  test('for macOS: every size up to 1024, with the margin of its Dock', async () => {
    const icns = read('build/icons/icon.icns')
    expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length])
    const sizes: Record<string, number> = {}
    for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
      const image = icns.subarray(at + 8, at + icns.readUInt32BE(at + 4))
      const { width, height } = await sharp(image).metadata()
      expect(width).toBe(height)
      sizes[icns.toString('latin1', at, at + 4)] = width
      const { data, info } = await sharp(image).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
      const alpha = (x: number): number => data[4 * (x + (info.height / 2) * info.width) + 3] as number
      expect([alpha(0), alpha(Math.round(info.width * 0.12))]).toEqual([0, 255])
    }
    expect(sizes).toEqual({
      ...{ ic11: 32, ic12: 64, ic07: 128, ic13: 256 },
      ...{ ic08: 256, ic14: 512, ic09: 512, ic10: 1024 },
    })
  })

  /** The middle row of a small image, which shows the stem, equals that of the PNG of this size. */
  async function expectBitmap(image: Buffer, size: number): Promise<void> {
    expect([image.readUInt32LE(0), image.readInt32LE(4), image.readInt32LE(8), image.readUInt16LE(14)]).toEqual([
      ...[40, size, 2 * size, 32],
    ])
    expect(image.length).toBe(40 + 4 * size * size + Math.ceil(size / 32) * 4 * size)
    const row = Math.floor(size / 3)
    const expected = await sharp(made.get(`linux/${size}x${size}.png`))
      .ensureAlpha()
      .raw()
      .toBuffer()
    const pixels = (bytes: Buffer, from: number, order: number[]) =>
      Array.from({ length: size }, (_, x) => order.map((channel) => bytes[from + 4 * x + channel]))
    expect(pixels(image, 40 + 4 * size * (size - 1 - row), [2, 1, 0, 3])).toEqual(
      pixels(expected, 4 * size * row, [0, 1, 2, 3]),
    )
  }

  /** Mean difference of two PNGs' values, of 255; libraries for drawing differ by a little. */
  async function difference(one: Buffer, other: Buffer): Promise<number> {
    const [a, b] = await Promise.all([one, other].map((png) => sharp(png).ensureAlpha().raw().toBuffer()))
    expect(a?.length).toBe(b?.length)
    return (a as Buffer).reduce((sum, value, at) => sum + Math.abs(value - (b?.[at] ?? 0)), 0) / (a?.length ?? 1)
  }
})

describe("the entitlements under macOS' hardened runtime", () => {
  // V8 compiles JavaScript; TensorFlow writes kernels at run time, in memory that was not asked for with MAP_JIT; with an
  // ad-hoc signature the libraries that the app and its Node load are of another team. They hold no comments: what reads
  // them when an app starts takes less of XML than codesign does.
  const NEEDED = [
    'com.apple.security.cs.allow-jit',
    'com.apple.security.cs.allow-unsigned-executable-memory',
    'com.apple.security.cs.disable-library-validation',
  ]

  test.each(['entitlements.mac.plist', 'entitlements.mac.inherit.plist'])(
    '%s allows what is needed and no more',
    (name) => {
      expect(readPlist(read(`build/${name}`).toString())).toEqual(Object.fromEntries(NEEDED.map((key) => [key, true])))
    },
  )

  test('are in force: the app is signed with them and hardened', () => {
    expect(config.mac).toMatchObject({
      hardenedRuntime: true,
      entitlements: 'build/entitlements.mac.plist',
      entitlementsInherit: 'build/entitlements.mac.inherit.plist',
    })
  })

  /** A property list of one dictionary of booleans; anything else is an error. */
  function readPlist(text: string): Record<string, boolean> {
    const frame =
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<!DOCTYPE plist PUBLIC "[^"]+" "[^"]+">\n<plist version="1\.0">\s*<dict>(.*)<\/dict>\s*<\/plist>\n$/s
    const body = frame.exec(text)?.[1]
    if (body === undefined) throw new Error(`not a property list: ${text}`)
    const pair = /\s*<key>([\w.-]+)<\/key>\s*<(true|false)\/>/gy
    const pairs = [...body.matchAll(pair)]
    if (pairs.map(([all]) => all).join('') !== body.trimEnd()) throw new Error(`not only booleans: ${body}`)
    return Object.fromEntries(pairs.map(([, key, value]) => [key as string, value === 'true']))
  }
})
