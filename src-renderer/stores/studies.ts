import type { Study, StudySpecInput } from '@contract/studies.ts'
import { defineStore } from 'pinia'
import { client } from '../app/client.ts'
import { createCollection } from '../app/collection.ts'

/** Studies of the workspace, newest first. Their results are fetched by whoever shows them. */
export const useStudiesStore = defineStore('studies', () => {
  const studies = createCollection({
    fetch: () => client.call('studies.list', {}),
    idOf: (study: Study) => study.id,
    changed: 'studies.changed',
    told: ({ studyId, study }) => ({ id: studyId, row: study }),
    order: (a, b) => (a.createdAt < b.createdAt ? 1 : -1),
  })

  async function start(study: StudySpecInput): Promise<string> {
    return (await client.call('studies.start', { study })).studyId
  }

  async function act(name: 'studies.cancel' | 'studies.resume', studyId: string): Promise<void> {
    await studies.take(studyId, () => client.call(name, { studyId }))
  }

  async function rename(studyId: string, name: string): Promise<void> {
    await studies.take(studyId, () => client.call('studies.rename', { studyId, name }))
  }

  async function remove(studyId: string, withRuns: boolean): Promise<void> {
    await client.call('studies.remove', { studyId, withRuns })
    studies.drop([studyId])
  }

  return { ...studies, start, act, rename, remove }
})
