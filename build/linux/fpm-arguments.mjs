import { SetupProblem } from '../setup/problem.mjs'

/** The words of fpm that electron-builder's .deb target uses, each followed by its value. */
const ONE = {
  '-s': 'source',
  '-t': 'target',
  '--architecture': 'architecture',
  '--name': 'name',
  '--version': 'version',
  '--iteration': 'iteration',
  '--category': 'category',
  '--deb-priority': 'priority',
  '--maintainer': 'maintainer',
  '--url': 'url',
  '--description': 'description',
  '--deb-compression': 'compression',
  '--package': 'output',
  '--before-install': 'preinst',
  '--after-install': 'postinst',
  '--before-remove': 'prerm',
  '--after-remove': 'postrm',
  // No field of a .deb: the maintainer stands for the vendor, and the copyright file says the licence.
  '--vendor': 'vendor',
  '--license': 'license',
  '--log': 'log',
}
const MANY = { '-d': 'depends', '--deb-recommends': 'recommends', '--deb-suggests': 'suggests' }
const FLAGS = ['--force', '--debug']

/** What fpm is asked for on its command line; a word that is not known is a problem, so that nothing is dropped. */
export function readFpmArguments(args) {
  const given = { depends: [], recommends: [], suggests: [], files: [] }
  const rest = [...args]
  while (rest.length > 0) {
    const word = rest.shift()
    if (FLAGS.includes(word)) continue
    if (word in ONE) given[ONE[word]] = rest.shift()
    else if (word in MANY) given[MANY[word]].push(rest.shift())
    else given.files.push(readMapping(word))
  }
  if (given.source !== 'dir' || given.target !== 'deb') {
    throw new SetupProblem(
      `Only a .deb from folders can be made here, not ${given.target} from ${given.source}: for that install fpm itself and set USE_SYSTEM_FPM=true.`,
    )
  }
  return given
}

/** `FROM=TO`; a slash at the end of FROM says that it is a folder, and changes nothing here. */
function readMapping(word) {
  const parts = word.split('=')
  if (word.startsWith('-') || parts.length !== 2) {
    throw new SetupProblem(
      `The .deb was asked for with "${word}", which this packager does not know: take it out of deb.fpm, or install fpm itself and set USE_SYSTEM_FPM=true.`,
    )
  }
  return { from: parts[0].replace(/\/$/, ''), to: parts[1] }
}

/** The same, as makeDeb takes it. */
export function toDeb(given) {
  const scripts = ['preinst', 'postinst', 'prerm', 'postrm'].filter((name) => given[name] !== undefined)
  return {
    fields: {
      Package: given.name,
      Version: given.iteration === undefined ? given.version : `${given.version}-${given.iteration}`,
      Section: given.category,
      Priority: given.priority,
      Architecture: given.architecture,
      Maintainer: given.maintainer,
      Depends: given.depends.join(', '),
      Recommends: given.recommends.join(', '),
      Suggests: given.suggests.join(', '),
      // electron-builder demands an address; one below .invalid says that there is none.
      Homepage: /\.invalid\/?$/.test(given.url ?? '') ? undefined : given.url,
    },
    description: given.description,
    files: given.files,
    scripts: Object.fromEntries(scripts.map((name) => [name, given[name]])),
    compression: given.compression,
    output: given.output,
  }
}
