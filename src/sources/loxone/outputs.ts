import { z } from 'zod'
import type { EnergyUnit } from '../../core/energy.ts'
import { EnergywebError } from '../../core/errors.ts'
import { malformed } from '../answers.ts'
import { JsonNumber } from '../exact-json.ts'
import type { LoxoneAnswer } from './answer.ts'

/** Names of the outputs of a meter block with its reading, the first that is there counts; in kWh. */
const names = { total: ['Mr', 'Mrc'], totalNeg: ['Mrd'] } as const

const output = z.object({ name: z.string(), value: z.union([z.string(), z.instanceof(JsonNumber)]) })

/**
 * The text of the meter reading in an answer to `/all`, and its unit: kWh, unless one is written behind it.
 * @throws EnergywebError `source-not-found`, `source-malformed`
 */
export function readingOutput(
  { fields }: LoxoneAnswer,
  state: 'total' | 'totalNeg',
  where: string,
): { readonly text: string; readonly unit: EnergyUnit } {
  const outputs = [...fields].flatMap(([key, value]) => {
    const parsed = /^output\d{1,3}$/.test(key) ? output.safeParse(value) : undefined
    return parsed?.success === true ? [parsed.data] : []
  })
  for (const name of names[state]) {
    const found = outputs.filter(one => one.name === name)
    if (found.length > 1) throw malformed(where, `there are ${found.length} outputs ${name}`)
    const [only] = found
    if (only !== undefined) return textOf(only.value, { name, where })
  }
  const said = outputs.map(({ name }) => name.slice(0, 16)).slice(0, 16)
  throw new EnergywebError('source-not-found', `${where}: there is no output ${names[state].join(' or ')}`, {
    hint: `It offers: ${said.join(', ') || 'none'}. Is it a meter?`,
  })
}

function textOf(value: string | JsonNumber, { name, where }: { name: string; where: string }) {
  if (value instanceof JsonNumber) return { text: value.text, unit: 'kWh' } as const
  const match = /^(-?[\d.]{1,40})\s*(Wh|kWh|MWh|GWh)?$/.exec(value.trim())
  const unit = match?.[2] ?? 'kWh'
  if (match?.[1] === undefined || !isUnit(unit)) throw malformed(where, `the output ${name} is no energy`)
  return { text: match[1], unit }
}

function isUnit(text: string): text is 'Wh' | 'kWh' | 'MWh' | 'GWh' {
  return ['Wh', 'kWh', 'MWh', 'GWh'].includes(text)
}
