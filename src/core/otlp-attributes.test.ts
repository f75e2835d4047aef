import { expect, test } from 'vitest'
import { toHex } from './bytes.ts'
import { otlpAttributes, otlpResource } from './otlp-attributes.ts'
import { joinProto } from './protobuf.ts'

test('each kind of value has its field of AnyValue; what has no value is left out', () => {
  const hexOf = (values: Readonly<Record<string, unknown>>) => toHex(joinProto(otlpAttributes(1, values)))
  // Field 1 of KeyValue is the key, field 2 the value; by hand from common.proto.
  expect(hexOf({ a: 'b' })).toBe('0a080a016112030a0162')
  expect(hexOf({ a: true })).toBe('0a070a016112021001')
  expect(hexOf({ a: 5 })).toBe('0a070a016112021805')
  expect(hexOf({ a: 0.5 })).toBe('0a0e0a0161120921000000000000e03f')
  expect(hexOf({ a: null, b: undefined })).toBe('')
})

test('the sender is named by the semantic conventions', () => {
  expect(otlpResource({ version: '1.2.3', host: 'box', pid: 7 })).toEqual({
    'service.name': 'energyweb',
    'service.version': '1.2.3',
    'host.name': 'box',
    'process.pid': 7,
  })
})
