import { expect, test } from 'vitest'
import { stoppedLog } from './stopped-log.ts'

test('that the log has stopped is said once, whoever says it', () => {
  const full = 'the log has stopped: the disk is full'
  expect(stoppedLog(full)).toBe(full)
  expect(stoppedLog('entry 3 is not what was written')).toBe(
    'the log has stopped: entry 3 is not what was written',
  )
})
