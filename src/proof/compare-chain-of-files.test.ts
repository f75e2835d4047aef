import { expect, test } from 'vitest'
import { linkOfText } from '../core/chain-file.ts'
import type { LinkedFile } from './chain-of-files.ts'
import { compareChainOfFiles, type RegisteredFile } from './compare-chain-of-files.ts'

const carbon = { value: 7n, down: false }

function file(name: string, previous: string, changes: object = {}): LinkedFile {
  const content = { value: 1n, meterDown: false, previous, carbon, ...changes }
  return { name, hash: `hash of ${name}`, content }
}

function event(previous: string, changes: object = {}): RegisteredFile {
  const link = linkOfText(previous)
  return { link, value: 1n, meterDown: false, carbon, block: 1n, transaction: '0x1', ...changes }
}

const detailOf = (changes: object) =>
  compareChainOfFiles([file('a', '0x0')], [event('0x0', changes)]).first?.detail

test('what the meter and the CO2 service were said to be is compared, and told as it is', () => {
  expect(detailOf({})).toBeUndefined()
  expect(detailOf({ meterDown: true })).toBe('the file says that the meter is up, the event down')
  expect(detailOf({ carbon: { ...carbon, down: true } })).toBe(
    'the file says that the CO2 service is up, the event down',
  )
  expect(detailOf({ carbon: { ...carbon, value: 8n } })).toBe('the file says 7 of CO2, the event 8')
  expect(detailOf({ carbon: undefined })).toBeUndefined()
})

test('a file that can not be read belongs to no event; the one that goes on from the same hash does', () => {
  const unreadable = { name: 'b', hash: 'hash of b', content: undefined }
  const files = [file('a', '0x0'), unreadable, file('c', 'Qmc'), file('d', 'Qmc')]
  const { matched, first } = compareChainOfFiles(files, [event('0x0'), event('Qmc')])
  expect(matched).toBe(1)
  expect(first).toMatchObject({
    file: 'b',
    detail: 'the file was never registered: the event behind it belongs to c',
  })
})

test('nothing to compare is nothing to tell', () => {
  expect(compareChainOfFiles([], [event('0x0')])).toMatchObject({ matched: 0, before: 1, first: undefined })
  expect(compareChainOfFiles([file('a', '0x0')], [])).toMatchObject({ waiting: ['a'], first: undefined })
})
