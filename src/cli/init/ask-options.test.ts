import { describe, expect, it } from 'vitest'
import { carbonSchemas, loadCarbonSource, loadSource, sourceSchemas } from '../../sources/index.ts'
import type { Prompts } from '../prompts.ts'
import { optionProblem } from './ask-driver.ts'
import { type AnsweredOptions, type AskOptions, askOptions } from './ask-options.ts'
import { fieldsOf, shapeOf } from './driver-schema.ts'

const schema = sourceSchemas['energy-api'] ?? {}

/** Answers by the beginning of a question, and remembers what was asked and what was refused. */
function scripted(answers: Readonly<Record<string, string | boolean>>) {
  const asked: string[] = []
  const answer = (message: string) => {
    asked.push(message)
    const found = Object.entries(answers).find(([beginning]) => message.startsWith(beginning))
    if (found === undefined) throw new Error(`nobody has an answer to: ${message}`)
    return found[1]
  }
  const prompts: Prompts = {
    async select({ message, choices }) {
      const chosen = choices.find(({ value }) => value === answer(message))
      if (chosen === undefined) throw new Error(`${message} has no such choice`)
      return chosen.value
    },
    async text({ message, validate }) {
      const text = String(answer(message))
      const problem = validate?.(text)
      if (problem !== undefined) throw new Error(problem)
      return text
    },
    secret: async ({ message }) => String(answer(message)),
    confirm: async ({ message }) => answer(message) === true,
    say: () => undefined,
  }
  return { prompts, asked }
}

async function ask(answers: Readonly<Record<string, string | boolean>>, also: readonly string[] = []) {
  const definition = await loadSource('energy-api')
  const { prompts, asked } = scripted(answers)
  const options: AskOptions = {
    schema,
    also: new Set(also),
    before: undefined,
    secretFile: name => `./${name}`,
    problem: (name, value, before) => optionProblem(definition.options, name, { ...before, [name]: value }),
  }
  return { ...(await askOptions(prompts, options)), asked }
}

/** What comes of a driver's form, and what was asked. */
async function askOf(kind: string, answers: Readonly<Record<string, string | boolean>>) {
  const definition = await loadSource(kind)
  const { prompts, asked } = scripted(answers)
  const answered = await askOptions(prompts, {
    schema: sourceSchemas[kind] ?? {},
    also: new Set(),
    before: undefined,
    secretFile: name => `./${name}`,
    problem: (name, value, before) => optionProblem(definition.options, name, { ...before, [name]: value }),
  })
  return { ...answered, asked }
}

describe('the form of a log-in with more than user and password', () => {
  it('asks for the account of a cloud and for nothing that has a default', async () => {
    const { options, secrets, asked } = await askOf('gridx', {
      'e-mail address': 'owner@example.org',
      password: 'hunter2',
      'id of the app': 'app-1',
      'where the operator': 'realm-1',
    })
    expect(options).toEqual({
      auth: {
        user: 'owner@example.org',
        password: { file: './password' },
        clientId: 'app-1',
        realm: 'realm-1',
      },
    })
    expect([...secrets.values()]).toEqual(['hunter2'])
    expect(asked).toHaveLength(4)
  })
  it('asks for address, user and meter of a Miniserver, and why it has no TLS', async () => {
    const { options } = await askOf('loxone', {
      'address of the Miniserver': 'http://192.168.1.77',
      'Why is there no TLS': 'device has no TLS',
      'user name': 'gateway',
      password: 'hunter2',
      'name of the meter': 'PV meter',
    })
    expect(options).toEqual({
      url: 'http://192.168.1.77',
      tls: { allow: 'lan-http', reason: 'device has no TLS' },
      auth: { user: 'gateway', password: { file: './password' } },
      meter: 'PV meter',
    })
  })
})

const url = 'https://energy.example.org/api'

describe('the form of a driver that speaks several versions', () => {
  it('asks for the version first, and then for what that version needs', async () => {
    const first = await ask({
      'version of the contract': '1',
      'address of the service': url,
      'unit of the values': 'MWh',
      'true: values are a counter': true,
      'Does it ask for': false,
    })
    expect(first.options).toEqual({ version: 1, url, unit: 'MWh', accumulated: true })
    expect(first.asked[0]).toBe('version of the contract')
    const second = await ask({
      'version of the contract': '2',
      'address of the service': url,
      'id of the device': '7',
      'Does it ask for': false,
    })
    expect(second.options).toEqual({ version: 2, url, device: 7 })
  })

  it('says what is wrong with an answer, by the version that was chosen', async () => {
    const answers = { 'version of the contract': '3', 'address of the service': 'energy.example.org' }
    await expect(ask(answers)).rejects.toThrow(/expected an http or https address/)
    const wrong = {
      'version of the contract': '3',
      'address of the service': url,
      'id of the asset': '7',
      'length of an interval': 'quarter',
    }
    await expect(ask({ ...wrong, 'Does it ask for': false }, ['interval'])).rejects.toThrow(/15m/)
  })

  it('offers what may be left out, of that version and no other', () => {
    const optional = (version: number) =>
      fieldsOf(shapeOf(schema, { version })).flatMap(({ name, required }) => (required ? [] : [name]))
    expect(optional(3)).toContain('interval')
    expect(optional(3)).not.toContain('device')
    expect(fieldsOf(shapeOf(schema, { version: 2 })).map(({ name }) => name)).toContain('device')
  })
})

describe('the form of a carbon source', () => {
  it('keeps its secret out of the options, and presets what was answered before', async () => {
    const { options } = await loadCarbonSource('watttime-v3')
    const presets: (string | undefined)[] = []
    const fill = async (before: AnsweredOptions | undefined) => {
      const { prompts } = scripted({
        'abbreviation of the grid region': 'CAISO_NORTH',
        'user name': 'ops',
        password: 'a secret',
      })
      const text: Prompts['text'] = question => {
        presets.push(question.preset)
        return prompts.text(question)
      }
      return askOptions(
        { ...prompts, text },
        {
          schema: carbonSchemas['watttime-v3'] ?? {},
          also: new Set(),
          before,
          secretFile: name => `./roof-carbon.${name}`,
          problem: (name, value, given) => optionProblem(options, name, { ...given, [name]: value }),
        },
      )
    }
    const answered = await fill(undefined)
    expect(answered.options).toEqual({
      region: 'CAISO_NORTH',
      auth: { user: 'ops', password: { file: './roof-carbon.password' } },
    })
    expect(answered.secrets).toEqual(new Map([['password', 'a secret']]))
    presets.length = 0
    await fill(answered)
    expect(presets).toEqual(['CAISO_NORTH', 'ops'])
  })
})
