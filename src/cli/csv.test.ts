import { expect, test } from 'vitest'
import { csvRecord } from './csv.ts'

test('cells are quoted where RFC 4180 asks for it, and only there', () => {
  expect(csvRecord(['plain', 'a,b', 'say "so"', 'two\nlines', '', undefined])).toBe(
    'plain,"a,b","say ""so""","two\nlines",,\r\n',
  )
})

test('numbers stay numbers, negative ones too', () => {
  expect(csvRecord([-5n, 12, 0n, { number: '-0.25' }])).toBe('-5,12,0,-0.25\r\n')
})

test.each(['=1+1', '+1', '-1', '@sum(a1)', '\t=1', '\r=1', '\n=1'])('%j can’t become a formula', text => {
  expect(csvRecord([text])).toMatch(/^"?'/)
})
