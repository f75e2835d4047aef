import { styleText } from 'node:util'
import { EnergywebError } from '../core/errors.ts'
import { printable } from './printable.ts'
import type { Choice, Prompts, TextQuestion } from './prompts.ts'
import { wrapped } from './wrapped.ts'

/** Of the bar that the library draws at the left. */
const margin = 3

type Clack = typeof import('@clack/prompts')

/** Questions on standard error, so that standard output holds the answer alone. */
export async function terminalPrompts(output: NodeJS.WriteStream): Promise<Prompts> {
  const clack = await import('@clack/prompts')
  const common = { output }
  // The library folds the questions of a list, and no other.
  const folded = (message: string) =>
    wrapped(message, output.columns - margin).join(
      `\n${styleText('gray', clack.S_BAR, { stream: output })}  `,
    )
  return {
    async select<const Value extends string>(question: {
      message: string
      choices: readonly Choice<Value>[]
      preset?: Value
    }) {
      const options = question.choices.map(({ value, label, hint }) => ({
        value: value as string,
        label,
        ...(hint !== undefined && { hint }),
      }))
      const { message, preset } = question
      const initial = preset === undefined ? {} : { initialValue: preset as string }
      const given = answered(clack, await clack.select({ ...common, message, options, ...initial }))
      const chosen = question.choices.find(({ value }) => value === given)
      if (chosen === undefined) throw new EnergywebError('internal', `a choice that there is not: ${given}`)
      return chosen.value
    },
    async text({ message, preset, validate }: TextQuestion) {
      const answer = await clack.text({
        ...common,
        message: folded(message),
        ...(preset !== undefined && { defaultValue: preset }),
        placeholder: preset ?? '',
        validate: typed => validate?.((typed === undefined || typed === '' ? preset : typed) ?? ''),
      })
      return answered(clack, answer).trim()
    },
    async secret({ message, validate }) {
      const answer = await clack.password({
        ...common,
        message: folded(message),
        validate: typed => validate?.(typed ?? ''),
      })
      return answered(clack, answer)
    },
    async confirm({ message, preset }) {
      return answered(
        clack,
        await clack.confirm({ ...common, message: folded(message), initialValue: preset }),
      )
    },
    say: text => clack.log.message(wrapped(printable(text), output.columns - margin).join('\n'), common),
  }
}

function answered<Answer>(clack: Clack, answer: Answer): Exclude<Answer, symbol> {
  if (clack.isCancel(answer)) throw new EnergywebError('aborted', 'you ended the question')
  return answer as Exclude<Answer, symbol>
}
