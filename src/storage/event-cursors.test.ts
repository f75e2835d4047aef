import { expect, test } from 'vitest'
import { temporaryFolder, testLog } from '../../test/storage/support.ts'
import { openLog } from './index.ts'

test('a cursor is there after a new start as it was kept last, each name its own', async () => {
  const folder = temporaryFolder()
  const first = await openLog({ folder })
  expect(await first.eventCursor('rentals')).toBeUndefined()
  await first.keepEventCursor('rentals', 'one')
  await first.keepEventCursor('rentals', 'two')
  await first.keepEventCursor('requests', 'x'.repeat(65_535))
  await first.close()
  const again = await testLog({ folder })
  expect(await again.eventCursor('rentals')).toBe('two')
  expect(await again.eventCursor('requests')).toHaveLength(65_535)
})

test('a cursor that is too long is refused, and the one before stays', async () => {
  const log = await testLog()
  await log.keepEventCursor('rentals', 'one')
  const attempt = log.changeEvents('rentals', {
    cursor: 'x'.repeat(65_536),
    offered: [{ key: 'a', body: '', settled: false }],
  })
  await expect(attempt).rejects.toMatchObject({ code: 'argument-invalid' })
  expect(await log.eventCursor('rentals')).toBe('one')
  expect(await log.offeredEvents('rentals')).toEqual([])
})

test('events stand beside their cursor: offered, settled, forgotten', async () => {
  const log = await testLog()
  const offered = ['a', 'b', 'c'].map(key => ({ key, body: `of ${key}`, settled: false }))
  await log.changeEvents('rentals', { cursor: '1', offered })
  await log.changeEvents('others', { cursor: '1', offered: offered.slice(0, 1) })
  await log.changeEvents('rentals', {
    cursor: '2',
    offered: [{ key: 'c', body: 'otherwise', settled: false }],
    settled: ['b'],
    forgotten: ['a', 'never there'],
  })
  expect(await log.eventCursor('rentals')).toBe('2')
  expect(await log.offeredEvents('rentals')).toEqual([
    { key: 'b', body: 'of b', settled: true },
    { key: 'c', body: 'otherwise', settled: false },
  ])
  expect(await log.offeredEvents('others')).toHaveLength(1)
})

test('an entry for a key is appended once; whoever asks again gets the one that stands', async () => {
  const folder = temporaryFolder()
  const first = await openLog({ folder })
  await first.openStream({ name: 'roof' })
  const note = await first.appendOnce('31337:0xab:0', 'roof', 'note', { by: 'plug', text: 'opened' })
  expect(await first.appendOnce('31337:0xab:0', 'roof', 'note', { by: 'plug', text: 'opened' })).toEqual(note)
  expect(await first.appendOnce('31337:0xab:1', 'roof', 'note', { by: 'plug', text: 'shut' })).toMatchObject({
    sequence: note.sequence + 1,
  })
  await first.close()
  const again = await testLog({ folder })
  const asked = Array.from({ length: 5 }, () =>
    again.appendOnce('31337:0xab:0', 'roof', 'note', { by: 'plug', text: 'again' }),
  )
  expect(await Promise.all(asked)).toEqual(Array(5).fill(note))
  expect(await again.entries('roof', { after: -1, limit: 10 })).toHaveLength(2)
})

test('an entry that is refused keeps no key', async () => {
  const log = await testLog()
  const attempt = log.appendOnce('key', 'nowhere', 'note', {})
  await expect(attempt).rejects.toMatchObject({ code: 'stream-unknown' })
  await log.openStream({ name: 'nowhere' })
  expect(await log.appendOnce('key', 'nowhere', 'note', { by: null, text: 'now' })).toMatchObject({
    sequence: 0,
  })
})
