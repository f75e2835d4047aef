/** A span of time for people, rounded to what matters: `25 min`, `31 h`, `41 days`, `3 years`. */
export function spanInWords(hours: number): string {
  const minutes = hours * 60
  if (minutes < 1) return 'less than a minute'
  if (minutes < 120) return `${Math.round(minutes)} min`
  if (hours < 72) return `${Math.round(hours)} h`
  const days = hours / 24
  if (days < 730) return `${Math.round(days)} days`
  const years = days / 365.25
  return years < 100 ? `${Math.round(years)} years` : 'more than 100 years'
}
