import { basename } from 'node:path'

/** Native code of the trainer: TensorFlow's addon ends Electron's main process with a segmentation fault, sharp's own
 *  GLib meets the one that Electron loads for GTK, and Graft's own kernels run with TensorFlow (docs/adr/0013-trainer-in-node.md). */
const OF_THE_TRAINER = /^(tfjs_binding|graft_frozen|sharp-.*)\.node$/

/** From now on this process cannot load them, by whatever import: an error with a stack instead of a dead window. */
export function refuseTrainerNatives(target: Pick<NodeJS.Process, 'dlopen'> = process): void {
  const dlopen = target.dlopen
  target.dlopen = (module: object, filename: string, flags?: number): void => {
    if (OF_THE_TRAINER.test(basename(filename))) {
      throw new Error(`${basename(filename)} is loaded in the trainer process only, never in Electron's main process.`)
    }
    // Called with two arguments where two were given: an undefined third is not a flag.
    if (flags === undefined) dlopen.call(target, module, filename)
    else dlopen.call(target, module, filename, flags)
  }
}
