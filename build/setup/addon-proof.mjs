// Run under the pinned Node with the project's folder as argument: the proof that TensorFlow is set up.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const load = createRequire(join(process.argv[2], 'package.json'))
const util = load('node:util')

// tfjs-node 4.22 calls two functions that Node 23 removed.
util.isNullOrUndefined ??= (value) => value === null || value === undefined
util.isArray ??= Array.isArray

const tf = load('@tensorflow/tfjs-node')
const sum = tf.add(tf.tensor1d([1, 2]), tf.tensor1d([3, 4])).dataSync()
if (tf.getBackend() !== 'tensorflow' || sum[0] !== 4 || sum[1] !== 6) throw new Error('adding two tensors went wrong')
process.stdout.write(`TensorFlow ${tf.backend().binding.TF_Version} added\n`)
