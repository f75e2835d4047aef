import { expect, test } from 'vitest'
import { z } from 'zod'
import { Task } from '../../dispatcher/index.ts'
import { defineCarbonSource, defineSource } from '../../sources/index.ts'
import { secret } from '../../sources/options.ts'
import { readExports } from './read-exports.ts'

class Hello extends Task {
  override coroutine() {
    return undefined
  }
}

const source = defineSource({
  name: 'my-meter',
  title: 'Mine',
  description: 'mine',
  proof: { level: 'simulator', text: 'none' },
  values: ['counter'],
  channels: ['import'],
  options: z.strictObject({ token: secret('its token') }),
  example: 'kind: my-meter',
  create: () => ({
    kind: 'my-meter',
    exceptions: [],
    read: async () => ({ readings: [], warnings: [] }),
    close: async () => undefined,
  }),
})

test('classes of tasks are known by the name of their export, a default one by its own', () => {
  class Plain {
    coroutine() {
      return undefined
    }
  }
  const { tasks } = readExports({
    Hello,
    Renamed: Hello,
    default: Plain,
    helper: () => 1,
    text: 'x',
    Other: class {},
  })
  expect([...tasks.keys()]).toEqual(['Hello', 'Renamed', 'Plain'])
})

test('sources are known by their kind, with the schema of their options', () => {
  const second = { ...source, name: 'second' }
  const { sources } = readExports({ source, sources: [second] })
  expect([...sources.keys()]).toEqual(['my-meter', 'second'])
  expect(sources.get('my-meter')?.schema).toMatchObject({ properties: { token: { secret: true } } })
})

test('carbon sources are `carbonSource` and the list `carbonSources`', () => {
  const { name, title, description, proof, options, example } = { ...source, name: 'my-grid' }
  const carbonSource = defineCarbonSource({
    ...{ name, title, description, proof, options, example },
    bases: ['average'],
    create: () => ({
      kind: 'my-grid',
      basis: 'average',
      exceptions: [],
      read: async () => ({ intensities: [], warnings: [] }),
      close: async () => undefined,
    }),
  })
  const offer = readExports({ carbonSource, carbonSources: [{ ...carbonSource, name: 'second' }] })
  expect([...offer.carbonSources.keys()]).toEqual(['my-grid', 'second'])
  expect(offer.sources.size).toBe(0)
  expect(() => readExports({ carbonSource: source })).toThrow('is not what defineCarbonSource answers')
})

test.each([{}, { source: undefined, helper: 1 }, { Task: class {} }])(
  'nothing of use is refused',
  exported => {
    expect(() => readExports(exported)).toThrow('it exports no task class, no source and no ledger')
  },
)

test.each([
  null,
  7,
  {},
  { ...source, name: 'My Meter' },
  { ...source, open: undefined },
  { ...source, options: {} },
])('a source that is none is refused', wrong => {
  expect(() => readExports({ source: wrong })).toThrow('is not what defineSource answers')
  expect(() => readExports({ Hello, sources: [wrong] })).toThrow('is not what defineSource answers')
})
