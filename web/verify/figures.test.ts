import { describe, expect, test } from 'vitest'
import { clockText, counted, grouped, instantOf, kilowattHours, spanText, timeText } from './figures.ts'

const plain = (text: string) => text.replaceAll(/[\u202f\u00a0]/g, ' ')

describe('figures for people', () => {
  test('energy is exact, whatever its size', () => {
    expect(plain(kilowattHours(0n))).toBe('0 kWh')
    expect(plain(kilowattHours(3_600_000n))).toBe('0.001 kWh')
    expect(plain(kilowattHours(4_410_136_800_000n))).toBe('1 225.038 kWh')
    expect(plain(kilowattHours(3_600_000_001n))).toBe('1.0000000002 kWh')
    expect(plain(kilowattHours(-5_400_000_000n))).toBe('-1.5 kWh')
    expect(plain(kilowattHours(10n ** 30n * 3_600_000n))).toMatch(/^1( 000){9} kWh$/)
  })

  test('times are said in UTC; what is no time stays as it is', () => {
    expect(plain(timeText('2024-05-01T08:15:00.000Z'))).toBe('1 May 2024, 08:15 UTC')
    expect(timeText('tomorrow')).toBe('tomorrow')
    expect(instantOf('2024-02-31T99:00:00.000Z')).toBeUndefined()
    expect(clockText(1_234)).toBe('00:00:01.234')
    expect(clockText(5_000)).toBe('00:00:05')
  })

  test('counts and spans', () => {
    expect(plain(counted(2_976, 'reading'))).toBe('2 976 readings')
    expect(counted(1, 'entry', 'entries')).toBe('1 entry')
    expect(plain(grouped('1234567.8901'))).toBe('1 234 567.8901')
    expect([900_000, 3_600_000, 86_400_000, 864_000_000, 5_400_000, 12].map(spanText)).toEqual([
      '15 min',
      '1 h',
      '1 day',
      '10 days',
      '1.5 h',
      '12 ms',
    ])
  })
})
