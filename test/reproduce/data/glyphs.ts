import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { randomInt, seededRandom } from '../../../src-main/base/seeded-random.ts'

/** Characters of many scripts, drawn from the fonts that are installed: a set for few-shot learning like Omniglot, made on any computer. Fonts
 *  are not copied anywhere; of a character, only drawings that differ from the font's sign for "no such character" are kept. */

const SIZE = 28
const LARGE = 112

const SCRIPTS: Readonly<Record<string, string>> = {
  latin: 'ABDEFGHKMNQRSTaegkqrt',
  greek: 'ΓΔΘΛΞΠΣΦΨΩαβγδζηλξπσω',
  cyrillic: 'БГДЖИЛФЦЧШЩЪЫЭЮЯб',
  armenian: 'ԲԳԴԶԷԹԺԻԼԽԿՀՁՂՃՄՅՆՇՈՉՊՋՌ',
  georgian: 'აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ',
  hebrew: 'אבגדהזחטכלמנסעפצקרשת',
  signs: '&§¶@#%€£¥∂∞∫√≈≠∀∃∈∇',
}

export interface GlyphSet {
  readonly folder: string
  readonly characters: number
  readonly families: readonly string[]
}

/** Draws every character `perCharacter` times into `folder/<script>-<code>/<n>.png`, grey 28x28, white on black: another family or weight, and
 *  another tilt, size and place each time, all by the seed. */
export async function makeGlyphs(folder: string, { perCharacter = 20, seed = 1 } = {}): Promise<GlyphSet> {
  const families = installedFamilies()
  if (families.length < 2)
    throw new Error(`Expected fonts of several families. Found: ${families.join(', ') || 'none'}.`)
  let characters = 0
  for (const [script, text] of Object.entries(SCRIPTS)) {
    for (const character of text) {
      const name = `${script}-${character.codePointAt(0)!.toString(16).padStart(4, '0')}`
      const styles = await usableStyles(character, families)
      if (styles.length < 3) continue
      mkdirSync(join(folder, name), { recursive: true })
      for (let n = 0; n < perCharacter; n++) {
        const random = seededRandom(seed, `${name} ${n}`)
        const style = styles[n % styles.length]!
        await drawGlyph(character, style, random, join(folder, name, `${n}.png`))
      }
      characters += 1
    }
  }
  return { folder, characters, families }
}

/** Families with letters; fonts of symbols alone draw boxes. */
function installedFamilies(): string[] {
  const listed = execFileSync('fc-list', [':lang=en', 'family'], { encoding: 'utf8' })
  const names = listed.split('\n').map((line) => line.split(',')[0]!.trim())
  return [...new Set(names)].filter((name) => name !== '' && !/math|emoji|symbol/i.test(name)).sort()
}

async function usableStyles(character: string, families: readonly string[]): Promise<string[]> {
  const styles = families.flatMap((family) => ['', 'Bold', 'Italic'].map((style) => `${family} ${style}`.trim()))
  const seen = new Set<string>()
  const usable: string[] = []
  for (const style of styles) {
    const { data } = await sharp(await textImage(character, style))
      .raw()
      .toBuffer({ resolveWithObject: true })
    const key = Buffer.from(data).toString('base64')
    // A style that the family lacks is drawn as another one: once is enough.
    if (seen.has(key)) continue
    seen.add(key)
    usable.push(style)
  }
  return usable
}

function textImage(character: string, style: string): Promise<Buffer> {
  const escaped = character.replace('&', '&amp;').replace('<', '&lt;')
  return sharp({ text: { text: escaped, font: `${style} 60`, rgba: false, dpi: 72 } })
    .png()
    .toBuffer()
}

async function drawGlyph(character: string, style: string, random: () => number, path: string): Promise<void> {
  const glyph = await sharp(await textImage(character, style))
    .greyscale()
    .resize({ width: 64 + randomInt(random, 20), height: 64 + randomInt(random, 20), fit: 'inside' })
    .rotate(random() * 30 - 15, { background: '#000' })
    .toBuffer({ resolveWithObject: true })
  const room = { x: LARGE - glyph.info.width, y: LARGE - glyph.info.height }
  const left = Math.max(0, Math.floor(room.x / 2 + (random() - 0.5) * Math.min(16, room.x)))
  const top = Math.max(0, Math.floor(room.y / 2 + (random() - 0.5) * Math.min(16, room.y)))
  const canvas = sharp({ create: { width: LARGE, height: LARGE, channels: 3, background: '#000' } })
  const drawn = await canvas
    .composite([{ input: glyph.data, left, top }])
    .png()
    .toBuffer()
  await sharp(drawn).greyscale().resize(SIZE, SIZE).png().toFile(path)
}
