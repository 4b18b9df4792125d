import type { ChildMessage } from '../../../contract/trainer.ts'
import type { Workspace } from '../../session/workspace.ts'
import { putExhibit } from '../../store/exhibits-repo.ts'
import { keepMetrics } from '../../store/metrics-repo.ts'
import { putPredictions } from '../../store/predictions-repo.ts'
import { readDetails, updateDetails } from '../../store/run-details-repo.ts'
import { appendLog, listEpochs, putCheckpoint } from '../../store/run-records-repo.ts'
import type { RunRow } from '../../store/runs-repo.ts'
import type { Recorder } from './point-recorder.ts'

/** Stores what a training sends. `done` and `failed` are the scheduler's. */
export function receiveMessage(
  workspace: Workspace,
  run: RunRow,
  recorder: Recorder,
  message: ChildMessage,
  at: string,
): void {
  const { db } = workspace
  switch (message.type) {
    case 'series':
      return recorder.series(message.names)
    case 'step':
      return recorder.step(message)
    case 'epoch':
      return recorder.epoch(message)
    case 'kept': {
      recorder.commit()
      const { epoch } = message
      return keepMetrics(db, run.key, listEpochs(db, run.key).find((row) => row.epoch === epoch)?.metrics ?? {})
    }
    case 'sync':
      return recorder.commit()
    case 'ready': {
      const { environment } = readDetails(db, run.key)
      return updateDetails(db, run.key, { environment: { ...environment, ...message.versions } })
    }
    case 'log':
      return appendLog(db, run.key, { at, level: message.level, text: message.text })
    case 'checkpoint': {
      // A checkpoint may be known only when every point before it is.
      recorder.commit()
      const { step, epoch, path } = message
      return putCheckpoint(db, run.key, { step, epoch, path: workspace.paths.toStored(path), at })
    }
    case 'cache': {
      const { type: _type, ...facts } = message
      const { cache } = readDetails(db, run.key)
      // A run that goes on finds what it computed itself before: those are no features of earlier runs.
      const own = cache !== null && cache.layer === facts.layer && cache.items === facts.items ? cache : facts
      const { hits, seconds } = own.hits < facts.hits ? own : facts
      return updateDetails(db, run.key, {
        cache: { ...facts, hits, seconds, agreement: null, features: null, calibration: null },
      })
    }
    case 'agreement': {
      const { type: _type, ...agreement } = message
      const { cache } = readDetails(db, run.key)
      return cache === null ? undefined : updateDetails(db, run.key, { cache: { ...cache, agreement } })
    }
    case 'feature-agreement': {
      const { cache } = readDetails(db, run.key)
      return cache === null
        ? undefined
        : updateDetails(db, run.key, { cache: { ...cache, features: message.agreement } })
    }
    case 'calibration': {
      const { cache } = readDetails(db, run.key)
      const { calibration } = message
      return cache === null ? undefined : updateDetails(db, run.key, { cache: { ...cache, calibration } })
    }
    case 'weights':
      return updateDetails(db, run.key, { weightChange: message.changes })
    case 'exhibit':
      return putExhibit(db, run.key, message.exhibit)
    case 'predictions':
      return putPredictions(db, run.key, message)
    default:
      // heartbeat, and messages of other kinds of jobs
      return undefined
  }
}
