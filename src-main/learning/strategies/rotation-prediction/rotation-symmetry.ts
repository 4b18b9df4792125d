/** Classes that look the same, or like each other, when they are turned: whoever guesses the rotation of those learns from labels
 *  that nobody could know. Only names are known before a run, so that this is a list of frequent ones. */
const ALIKE: readonly { readonly names: readonly string[]; readonly needs: number; readonly why: string }[] = [
  { names: ['6', '9', 'six', 'nine'], needs: 2, why: 'a 6 turned by 180 degrees is a 9' },
  { names: ['0', 'zero', 'o'], needs: 1, why: 'a 0 looks the same upside down' },
  { names: ['1', 'one', 'i', 'l'], needs: 1, why: 'a 1 looks the same upside down' },
  { names: ['8', 'eight'], needs: 1, why: 'an 8 looks the same upside down' },
  { names: ['x', 'h', 's', 'z', 'n', '+', 'plus'], needs: 1, why: 'it looks the same upside down' },
  { names: ['n', 'u'], needs: 2, why: 'an n turned by 180 degrees is a u' },
  { names: ['m', 'w'], needs: 2, why: 'an M turned by 180 degrees is a W' },
  { names: ['p', 'd'], needs: 2, why: 'a p turned by 180 degrees is a d' },
  { names: ['b', 'q'], needs: 2, why: 'a b turned by 180 degrees is a q' },
]

/** Words in a class name that tell of images without an upright position: taken from above, through a microscope, or of a pattern. */
const NO_UPRIGHT =
  /\b(circle|ball|square|star|cross|ring|satellite|aerial|residential|farmland|forest|galaxy|texture|brick|grass|gravel|sand|cell|cells|tissue|nucleus|colony|petri)\b/

export interface Ambiguity {
  readonly classes: readonly string[]
  readonly why: string
}

/** Which of these class names belong to things that rotation does not change, with the reason. */
export function rotationAmbiguities(classes: readonly string[]): Ambiguity[] {
  const plain = (name: string) => name.trim().toLowerCase()
  const listed = ALIKE.flatMap(({ names, needs, why }) => {
    const found = classes.filter((name) => names.includes(plain(name)))
    return found.length >= needs ? [{ classes: found, why }] : []
  })
  const named = classes.filter((name) => NO_UPRIGHT.test(plain(name).replaceAll(/[_-]/g, ' ')))
  const why = 'such images have no upright position'
  return named.length > 0 ? [...listed, { classes: named, why }] : listed
}
