/** Named intervals, as duration texts. */
export const LifeCycle = {
  FIVE_SECONDS: '5s',
  SEVEN_SECONDS: '7s',
  TWENTY_SECONDS: '20s',
  FORTY_SECONDS: '40s',
  ONE_MINUTE: '1m',
  TEN_MINUTES: '10m',
  THIRTY_MINUTES: '30m',
  ONE_HOUR: '1h',
  SIX_HOURS: '6h',
  TWELVE_HOURS: '12h',
  ONE_DAY: '1d',
} as const

export type LifeCycle = (typeof LifeCycle)[keyof typeof LifeCycle]
