import { describe, expect, test } from 'vitest'
import { encodeChainFile, linkOfText, nextChainFileName } from '../core/chain-file.ts'
import { checkChainOfFiles, type NamedFile } from './chain-of-files.ts'
import { compareChainOfFiles, type RegisteredFile } from './compare-chain-of-files.ts'
import { legacyHashText } from './legacy-hash.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const start = Date.parse('2019-03-01T12:00:00Z')

/** A chain of files with an hour between each, and the events that belong to it. */
function chain(count: number, { from = '0x0', at = start, value = 0 } = {}) {
  const files: NamedFile[] = []
  const events: RegisteredFile[] = []
  let previous = from
  for (let i = 0; i < count; i++) {
    const content = { value: BigInt(value + i + 1), meterDown: i % 5 === 4, previous }
    const bytes = utf8(encodeChainFile({ ...content, carbon: { value: BigInt(i), down: false } }))
    files.push({ name: nextChainFileName(at + i * 3_600_000, files.at(-1)?.name), bytes })
    events.push({
      link: linkOfText(previous),
      value: content.value,
      meterDown: content.meterDown,
      carbon: { value: BigInt(i), down: false },
      block: BigInt(i),
      transaction: `0x${i}`,
    })
    previous = legacyHashText(bytes)
  }
  return { files, events, previous }
}

const breaksOf = (files: readonly NamedFile[]) =>
  checkChainOfFiles(files).breaks.map(({ name, reason }) => [name, reason])

describe('a chain by itself', () => {
  test('a whole one', () => {
    const { files } = chain(8)
    const report = checkChainOfFiles(files)
    expect(report).toMatchObject({ breaks: [], strangers: [], continues: undefined })
    expect(report.files.map(({ content }) => content?.value)).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n])
  })

  test('U1: a chain that silently began again at 0x0 is told, by the file where it did', () => {
    // As the predecessor does when its own log broke: 330 links, then a new chain.
    const old = chain(330)
    const anew = chain(5, { at: start + 400 * 3_600_000, value: 330 })
    expect(breaksOf([...old.files, ...anew.files])).toEqual([[anew.files[0]?.name, 'restarted']])
  })

  test('U3: files that were overwritten within their second leave a break', () => {
    const { files } = chain(6)
    expect(breaksOf(files.toSpliced(3, 1))).toEqual([[files[4]?.name, 'broken']])
  })

  test('a changed file is told by the one behind it; the newest by nobody', () => {
    const { files } = chain(6)
    const changed = {
      name: files[2]!.name,
      bytes: utf8(new TextDecoder().decode(files[2]!.bytes).replace('3', '4')),
    }
    expect(breaksOf(files.with(2, changed))).toEqual([[files[3]?.name, 'broken']])
    const newest = {
      name: files[5]!.name,
      bytes: utf8(new TextDecoder().decode(files[5]!.bytes).replace('6', '7')),
    }
    expect(breaksOf(files.with(5, newest))).toEqual([])
  })

  test('a file that was put in, nonsense, and what is none of a chain', () => {
    const { files } = chain(4)
    const between = { name: '2019-03-01-13:30:00.json', bytes: files[1]!.bytes }
    expect(breaksOf([...files.slice(0, 2), between, ...files.slice(2)])).toEqual([[between.name, 'forked']])
    const other = { name: between.name, bytes: utf8(`${new TextDecoder().decode(files[2]!.bytes)} `) }
    expect(breaksOf([...files.slice(0, 2), other, ...files.slice(2)])).toEqual([[files[2]?.name, 'forked']])
    expect(breaksOf(files.with(1, { name: files[1]!.name, bytes: utf8('{') }))).toEqual([
      [files[1]?.name, 'malformed'],
      [files[2]?.name, 'broken'],
    ])
    expect(checkChainOfFiles([{ name: 'notes.txt', bytes: utf8('x') }]).strangers).toEqual(['notes.txt'])
  })

  test('one that goes on from files elsewhere says from which', () => {
    const { files } = chain(3, { from: 'QmElsewhere' })
    expect(checkChainOfFiles(files)).toMatchObject({ breaks: [], continues: 'QmElsewhere' })
  })
})

describe('a chain against the events of its asset', () => {
  const compare = (files: readonly NamedFile[], events: readonly RegisteredFile[]) =>
    compareChainOfFiles(checkChainOfFiles(files).files, events)

  test('event n carries the hash of file n - 1: the newest file is anchored by nothing yet', () => {
    const { files, events } = chain(7)
    expect(compare(files, events)).toEqual({
      matched: 7,
      before: 0,
      waiting: [],
      unanchored: files[6]?.name,
      first: undefined,
    })
  })

  test('files behind the last event wait', () => {
    const { files, events } = chain(4)
    expect(compare(files, events.slice(0, 3))).toMatchObject({
      matched: 3,
      waiting: [files[3]?.name],
      unanchored: files[2]?.name,
      first: undefined,
    })
  })

  test.each([
    ['another value', { value: 99n }, 'the file says 3 Wh, the event 99 Wh'],
    ['another flag', { meterDown: true }, 'the meter is up, the event down'],
    ['another CO2 value', { carbon: { value: 5n, down: false } }, 'the file says 2 of CO2, the event 5'],
    ['another CO2 flag', { carbon: { value: 2n, down: true } }, 'the CO2 service is up, the event down'],
  ])('%s is named', (_, change, detail) => {
    const { files, events } = chain(5)
    expect(compare(files, events.with(2, { ...events[2]!, ...change })).first).toEqual({
      event: 3,
      file: files[2]?.name,
      transaction: '0x2',
      detail: expect.stringContaining(detail),
    })
  })

  test('a newest file that was changed is found by its event', () => {
    const { files, events } = chain(3)
    const newest = {
      name: files[2]!.name,
      bytes: utf8(new TextDecoder().decode(files[2]!.bytes).replace('3', '9')),
    }
    expect(compare(files.with(2, newest), events).first).toMatchObject({ event: 3, file: newest.name })
  })

  test('a file without its event, an event without its file, and one twice', () => {
    const { files, events } = chain(5)
    expect(compare(files, events.toSpliced(2, 1)).first).toMatchObject({ event: 3, file: files[2]?.name })
    expect(compare(files.toSpliced(2, 1), events).first).toMatchObject({ event: 3, file: files[3]?.name })
    expect(compare(files, events.toSpliced(3, 0, events[1]!)).first).toMatchObject({
      event: 4,
      detail: expect.stringContaining('a second time'),
    })
  })

  // Fails when all events count as from before the files: an invented chain would be called good.
  test('files that no event belongs to are not called good', () => {
    const { files } = chain(5, { from: 'QmInvented' })
    const { events } = chain(7)
    expect(compare(files, events)).toMatchObject({
      matched: 0,
      before: 7,
      first: { file: files[0]?.name, detail: expect.stringContaining('none of the 7 events') },
    })
    // Before the first registration all files wait.
    expect(compare(files, [])).toMatchObject({ matched: 0, first: undefined })
    expect(compare([], events)).toMatchObject({ matched: 0, first: undefined })
  })

  test('events from before the files are counted, not compared', () => {
    const { files, events } = chain(3, { from: 'QmBefore' })
    const earlier = { ...events[0]!, link: `0x${'a7'.repeat(32)}` }
    expect(compare(files, [earlier, earlier, ...events])).toMatchObject({
      matched: 3,
      before: 2,
      first: undefined,
    })
  })
})
