import { createRequire } from 'node:module'
import { setPriority } from 'node:os'
import { ParentMessage, type TrainerJob } from '../contract/trainer.ts'
import { useDecodeJpeg } from '../data/decode-apart.ts'
import { useResample } from '../data/resize-apart.ts'
import { openChannel } from './channel.ts'
import { createControl } from './control.ts'
import { loadFrozen } from './frozen.ts'
import type { RunJob } from './job-context.ts'
import { startPulse } from './pulse.ts'
import { createQuestions } from './questions.ts'
import { heedSignals } from './signals.ts'
import { createSpeaker } from './speaker.ts'
import { createSync } from './sync.ts'
import { createVerification } from './verification.ts'

const HEARTBEAT_MS = 2000
/** Below everything interactive, above what the system does when idle. */
const NICENESS = 10

type Kind = TrainerJob['kind']
type JobOf<K extends Kind> = Extract<TrainerJob, { kind: K }>

/** Each kind is loaded when it is asked for: only training and prediction pay for TensorFlow. */
const JOBS: { readonly [K in Kind]: () => Promise<RunJob<JobOf<K>>> } = Object.freeze({
  inspect: async () => (await import('./jobs/inspect.ts')).runInspect,
  import: async () => (await import('./jobs/import.ts')).runImport,
  'import-model': async () => (await import('./jobs/import-model.ts')).runImportModel,
  'prepare-model': async () => (await import('./jobs/prepare-model.ts')).runPrepareModel,
  'run-model': async () => (await import('./jobs/run-model.ts')).runModel,
  'measure-speed': async () => (await import('./jobs/measure-speed.ts')).runMeasureSpeed,
  'measure-precision': async () => (await import('./jobs/measure-precision.ts')).runMeasurePrecision,
  train: async () => (await import('./jobs/train.ts')).runTrain,
  analyse: async () => (await import('./jobs/analyse.ts')).runAnalyse,
  predict: async () => (await import('./jobs/predict.ts')).runPredict,
  explain: async () => (await import('./jobs/explain.ts')).runExplain,
  export: async () => (await import('./jobs/export.ts')).runExport,
  verify: async () => (await import('./jobs/verify.ts')).runVerify,
  label: async () => (await import('./jobs/label.ts')).runLabel,
  program: async () => (await import('./jobs/program.ts')).runProgram,
})

function versions(): Record<string, string> {
  const manifest = createRequire(import.meta.url)('@tensorflow/tfjs-node/package.json') as { version: string }
  return { node: process.versions.node, 'tfjs-node': manifest.version }
}

function main(): void {
  lowerPriority()
  const { resample, decodeJpeg } = loadFrozen()
  useResample(resample ?? null)
  useDecodeJpeg(decodeJpeg ?? null)
  const channel = openChannel()
  const speaker = createSpeaker(channel, (code) => process.exit(code))
  const control = createControl()
  const verification = createVerification(speaker.send)
  const sync = createSync(speaker.send)
  const questions = createQuestions()
  process.on('uncaughtException', speaker.fail)
  process.on('unhandledRejection', speaker.fail)
  channel.onGone(() => process.exit(0))
  let started: Kind | null = null
  heedSignals((signal) => {
    if (started !== 'train') return false
    const text = `The system has asked the trainer process to end (${signal}): the training pauses at the next step.`
    void speaker.send({ type: 'log', level: 'info', text })
    control.request('pause')
    return true
  })
  channel.onMessage((raw) => {
    const message = ParentMessage.parse(raw)
    if (message.type === 'leave') return speaker.leave()
    if (message.type === 'control') return control.request(message.action)
    if (message.type === 'synced') return sync.answer(message.id)
    if (message.type === 'verification') return verification.answer(message)
    if (message.type === 'ask') return questions.put(message.id, message.question)
    if (started !== null) throw new Error('A trainer process runs one job.')
    started = message.job.kind
    void speaker.send({ type: 'ready', pid: process.pid, versions: versions() })
    startPulse(HEARTBEAT_MS)
    setInterval(() => {
      void speaker.send({ type: 'heartbeat', memoryBytes: process.memoryUsage.rss() })
    }, HEARTBEAT_MS).unref()
    runJob(message.job)
      .then((outcome) => speaker.end({ type: 'done', outcome }))
      .catch(speaker.fail)
  })

  async function runJob(job: TrainerJob) {
    const run = (await JOBS[job.kind]()) as RunJob<TrainerJob>
    const { send } = speaker
    const { signal } = control
    try {
      const outcome = await run(job, { send, signal, control, questions, recorded: sync.recorded, ...verification })
      return outcome ?? 'finished'
    } catch (error) {
      if (control.signal.aborted) return 'cancelled'
      throw error
    }
  }
}

function lowerPriority(): void {
  try {
    setPriority(NICENESS)
  } catch {
    // A system that forbids it runs the job at its own priority.
  }
}

main()
