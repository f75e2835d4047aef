import { expect, test } from 'vitest'
import { passwordWeakness } from './password-weakness.ts'

test.each([
  ['', 'empty'],
  ['short', 'fewer than 12 characters'],
  ['Tr0ub4dor&3', 'fewer than 12 characters'],
  ['aaaaaaaaaaaaaaaa', 'different'],
  ['abcabcabcabcabc', 'different'],
  ['password1234', 'common'],
  ['Password12345!', 'common'],
  ['PASSWORDpassword', 'common'],
  ['energyweb-2024', 'common'],
  ['1234567890123', 'common'],
  ['qwertyuiop123456', 'common'],
  ['iloveyou iloveyou', 'common'],
])('%j is weak: %s', (password, why) => {
  expect(passwordWeakness(password)).toContain(why)
})

test.each([
  'correct horse battery staple',
  'kR7#vq2!Lm9x',
  '!@#$%^&*()_+{}',
  'contest of meters on a solar roof',
  'пятнадцать синих слонов',
  '十五頭の青い象が静かに川を渡った夜',
])('%j passes', password => {
  expect(passwordWeakness(password)).toBeUndefined()
})
