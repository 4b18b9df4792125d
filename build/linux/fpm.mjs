import { runCommand } from '../setup/problem.mjs'
import { readFpmArguments, toDeb } from './fpm-arguments.mjs'
import { makeDeb } from './make-deb.mjs'

/**
 * Stands where electron-builder calls fpm (CUSTOM_FPM_PATH), a Ruby program that it would download: understands the words
 * of electron-builder's .deb target and hands them to dpkg-deb.
 */
await runCommand(() => makeDeb(toDeb(readFpmArguments(process.argv.slice(2)))))
