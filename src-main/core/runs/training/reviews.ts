import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomic } from '../../../base/disk/write-file-atomic.ts'

/** `runs/<id>/reviews.json`: per `review` exhibit, the items whose suggested labels the user kept. */
type Reviews = Readonly<Record<string, readonly number[]>>

export function readReviews(runFolder: string): Record<string, number[]> {
  const path = join(runFolder, 'reviews.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, number[]>) : {}
}

export function writeReview(runFolder: string, exhibitId: string, kept: readonly number[]): void {
  const reviews: Reviews = { ...readReviews(runFolder), [exhibitId]: kept }
  writeFileAtomic(join(runFolder, 'reviews.json'), JSON.stringify(reviews))
}
