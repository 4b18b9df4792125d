import { expect, test } from 'vitest'
import { leaveQuestion } from '../../../../src-renderer/features/start/leave-question.ts'
import { makeRun } from '../runs/make-run.ts'

test('another workspace is opened without a question where nothing is under way', () => {
  expect(leaveQuestion([], [])).toBeNull()
  expect(leaveQuestion([makeRun({ status: 'queued' })], [])).toBeNull()
})

test('a training is not paused, and a job not dropped, without a question', () => {
  const running = makeRun({ status: 'running', name: 'birds', epochsDone: 3 })
  const asked = leaveQuestion([makeRun({ status: 'queued' }), running], [{ title: 'Import cats' }])
  expect(asked).toMatchObject({ title: '“birds” is training.', confirm: 'Pause and leave' })
  expect(asked?.text).toContain('3 of 10 epochs are done')
  expect(asked?.text).toContain('In the queue: 1 run,')
  expect(asked?.text).toContain('dropped: Import cats')
  expect(leaveQuestion([], [{ title: 'Import cats' }])?.confirm).toBe('Leave this workspace')
})
