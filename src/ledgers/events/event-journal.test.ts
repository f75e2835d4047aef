import { expect, test } from 'vitest'
import { EventJournal } from './event-journal.ts'
import { MemoryEventBook } from './memory-event-book.ts'

/** A book whose writes end when they are told to. */
class SlowBook extends MemoryEventBook {
  readonly writes: PromiseWithResolvers<void>[] = []

  override async changeEvents(...change: Parameters<MemoryEventBook['changeEvents']>): Promise<void> {
    const written = Promise.withResolvers<void>()
    this.writes.push(written)
    await written.promise
    return super.changeEvents(...change)
  }
}

const turn = () => new Promise(resolve => setImmediate(resolve))

test('a flush waits for what was marked before it, not for what is marked ever after', async () => {
  const book = new SlowBook()
  let place = 0
  const journal = new EventJournal(book, { name: 'a', cursor: () => `${place}` })
  const go = () => {
    place += 1
    journal.touch()
  }
  go()
  const first = journal.flush()
  go()
  const second = journal.flush()
  book.writes[0]?.resolve()
  await first
  expect(await book.eventCursor('a')).toBe('1')
  await turn()
  go()
  book.writes[1]?.resolve()
  await second
  expect(await book.eventCursor('a')).toBe('2')
  await turn()
  expect(book.writes).toHaveLength(2)
})

test('what could not be written is written by the next flush', async () => {
  const book = new SlowBook()
  const journal = new EventJournal(book, { name: 'a', cursor: () => 'here' })
  journal.touch()
  const failed = journal.flush()
  book.writes[0]?.reject(new Error('no space'))
  await expect(failed).rejects.toThrow('no space')
  const again = journal.flush()
  book.writes[1]?.resolve()
  await again
  expect(await book.eventCursor('a')).toBe('here')
})
