import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8 } from './bytes.ts'
import { partialSuccessOf } from './otlp-response.ts'

const json = (body: string) =>
  partialSuccessOf({ headers: { 'content-type': 'application/json' }, body: utf8(body) })

// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: int64 as decimal text, names in lowerCamelCase.
test.each([
  ['{}', { rejected: 0, message: '' }],
  ['{"partialSuccess":{}}', { rejected: 0, message: '' }],
  [
    '{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"too old"}}',
    { rejected: 3, message: 'too old' },
  ],
  ['{"partialSuccess":{"rejectedLogRecords":3}}', { rejected: 3, message: '' }],
  ['{"partialSuccess":{"rejectedDataPoints":"7"},"more":1}', { rejected: 7, message: '' }],
  ['{"partialSuccess":{"errorMessage":"use v2"}}', { rejected: 0, message: 'use v2' }],
  ['{"partialSuccess":{"rejectedLogRecords":"-1"}}', { rejected: -1, message: '' }],
])('an answer in JSON is read: %s', (body, expected) => {
  expect(json(body)).toEqual(expected)
})

test.each([
  '[]',
  'null',
  '"3"',
  '{',
  '{"partialSuccess":3}',
  '{"partialSuccess":{"rejectedLogRecords":true}}',
  '{"partialSuccess":{"rejectedLogRecords":""}}',
  '{"partialSuccess":{"rejectedLogRecords":"1e3"}}',
  '{"partialSuccess":{"rejectedLogRecords":1.5}}',
  '{"partialSuccess":{"errorMessage":[]}}',
])('%s makes no sense, and is said to', body => {
  expect(json(body)).toBe('nonsense')
})

test('nothing, or a type that OTLP does not have, says nothing', () => {
  expect(json('')).toBeUndefined()
  expect(partialSuccessOf({ headers: { 'content-type': 'text/plain' }, body: utf8('{') })).toBeUndefined()
  expect(partialSuccessOf({ headers: {}, body: utf8('{}') })).toBeUndefined()
})

test('whatever a stranger answers is read or said to make no sense; nothing is thrown', () => {
  const type = fc.constantFrom(
    'application/json',
    'application/json; charset=utf-8',
    'application/x-protobuf',
  )
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map(utf8),
    fc.jsonValue().map(value => utf8(JSON.stringify({ partialSuccess: value }))),
  )
  fc.assert(
    fc.property(type, body, (contentType, bytes) => {
      const answer = partialSuccessOf({ headers: { 'content-type': contentType }, body: bytes })
      if (answer === undefined || answer === 'nonsense') return
      expect(Number.isNaN(answer.rejected)).toBe(false)
      expect(answer.message.length).toBeLessThanOrEqual(300)
    }),
  )
})
