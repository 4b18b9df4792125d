import type { Log } from '../../base/ports.ts'
import type { Db } from '../store/database.ts'
import { deleteJobFailure, type JobFailure, listJobFailures, putJobFailure } from '../store/failures-repo.ts'

/** Failed jobs that are kept; the oldest give way. */
const KEPT = 200

/** Jobs that ended badly and that nobody has dismissed: of this session and of earlier ones. */
export interface FailureBook {
  /** Newest first. */
  list(): readonly JobFailure[]
  keep(failure: JobFailure): void
  /** Those that pass go; answers how many. */
  drop(test: (failure: JobFailure) => boolean): number
}

/** What a full disk does not let it record, it still knows for this session: the disk may be why the job has failed. */
export function createFailureBook(db: Db, log: Log): FailureBook {
  let known = newestFirst(listJobFailures(db))
  const record = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      log.error('failures could not be recorded', { error: String(error) })
    }
  }
  const drop: FailureBook['drop'] = (test) => {
    const gone = known.filter(test)
    known = known.filter((failure) => !gone.includes(failure))
    if (gone.length > 0) record(() => db.transaction(() => gone.forEach(({ jobId }) => deleteJobFailure(db, jobId))))
    return gone.length
  }
  return {
    list: () => known,
    drop,
    keep(failure) {
      known = newestFirst([failure, ...known.filter(({ jobId }) => jobId !== failure.jobId)])
      record(() => putJobFailure(db, failure))
      const tooOld = new Set(known.slice(KEPT))
      drop((one) => tooOld.has(one))
    },
  }
}

function newestFirst(failures: readonly JobFailure[]): JobFailure[] {
  return [...failures].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
}
