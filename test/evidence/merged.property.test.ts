import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Evidence, encodeEvidence, verifyEvidence } from '../../src/proof/evidence/index.ts'
import { MemoryLog } from './memory-log.ts'
import { earlierFile, goodFile, roof } from './scenarios.ts'
import { trusted } from './vectors.ts'

/*
 * Files put together from parts of others, all of them signed by the one key: of the same log at two sizes, and of a log that
 * was changed behind an auditor's back. They are well-formed and canonical, so that it is the proofs that must refuse them.
 */

type Json = string | number | boolean | null | Json[] | { [name: string]: Json }
type Place = { readonly path: readonly (string | number)[]; readonly value: Json }

const files: readonly Evidence[] = [
  await goodFile(),
  await earlierFile(),
  await goodFile(roof(new MemoryLog(), { changed: true })),
]
const trees = files.map(file => JSON.parse(encodeEvidence(file)) as Json)

function* placesIn(value: Json, path: readonly (string | number)[] = []): Generator<Place> {
  if (path.length > 0) yield { path, value }
  if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* placesIn(item, [...path, i])
  else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value)) yield* placesIn(member, [...path, name])
}

const donors: readonly Place[] = trees.flatMap(tree => [...placesIn(tree)])
const nameOf = ({ path }: Place) => path.findLast(part => typeof part === 'string')
const donorsByName = Map.groupBy(donors, nameOf)

function changedAt(
  tree: Json,
  [first, ...rest]: Place['path'],
  change: (value: Json) => Json | undefined,
): Json {
  if (Array.isArray(tree)) {
    const at = Number(first)
    const item = rest.length === 0 ? change(tree[at]!) : changedAt(tree[at]!, rest, change)
    return item === undefined ? tree.toSpliced(at, 1) : tree.with(at, item)
  }
  if (typeof tree !== 'object' || tree === null) return tree
  const { [String(first)]: member, ...others } = tree
  const value = rest.length === 0 ? change(member!) : changedAt(member!, rest, change)
  return value === undefined ? others : { ...others, [String(first)]: value }
}

const edit = fc.record({
  at: fc.nat(),
  from: fc.nat(),
  how: fc.constantFrom('exchange', 'exchange', 'exchange', 'shuffle', 'double', 'leave out', 'bend', 'mix'),
})
type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never

function bend(value: Json, from: number): Json {
  if (typeof value === 'number') return value + [1, -1, -value, 2 ** 40][from % 4]!
  if (typeof value === 'boolean') return !value
  if (typeof value !== 'string' || value === '') return value
  const at = from % value.length
  return `${value.slice(0, at)}${'0A9-_z'.charAt(from % 6)}${value.slice(at + 1)}`
}

/** The text of one checkpoint over the signatures of another, and other texts cut and put together. */
function mixed(value: Json, other: Json | undefined): Json {
  if (typeof value !== 'string' || typeof other !== 'string') return value
  const [text] = value.split('\n\n')
  const [, signatures] = other.split('\n\n')
  return signatures === undefined ? value : `${text}\n\n${signatures}`
}

function edited(tree: Json, { at, from, how }: Edit): Json {
  const places = [...placesIn(tree)]
  const place = places[at % places.length]
  if (place === undefined) return tree
  const alike = donorsByName.get(nameOf(place)) ?? donors
  const donor = alike[from % alike.length]
  return changedAt(tree, place.path, value => {
    if (how === 'exchange') return donor?.value
    if (how === 'mix') return mixed(value, donor?.value)
    if (how === 'leave out') return undefined
    if (how === 'bend') return bend(value, from)
    if (!Array.isArray(value) || value.length === 0) return value
    const first = from % value.length
    if (how === 'double') return value.toSpliced((from >> 8) % (value.length + 1), 0, value[first]!)
    const second = (from >> 8) % value.length
    return value.with(first, value[second]!).with(second, value[first]!)
  })
}

function written(tree: Json): string {
  try {
    return encodeEvidence(tree as unknown as Evidence)
  } catch {
    // It is no evidence file any more; a verifier may be given it all the same.
    return `${JSON.stringify(tree)}\n`
  }
}

/** All that is bound by the signature: entries by their place, and what the claim says. */
function saidBy({ checkpoint, claim, segments }: Evidence) {
  const { from: _, to: __, ...said } = claim
  const text = checkpoint.split('\n\n')[0]
  const entries = segments.flatMap(({ stream, entries }) =>
    entries.map(entry => JSON.stringify([stream, entry])),
  )
  return { text, said, entries }
}

const honest = files.flatMap(file => verifyEvidence(encodeEvidence(file)).evidence ?? []).map(saidBy)

describe('a file that is put together from parts of others', () => {
  it.each([
    ['by the key alone', { keys: [trusted.key] }],
    [
      'with witness and earlier audit',
      { keys: [trusted.key], witnesses: [trusted.witness], previous: encodeEvidence(files[1]!) },
    ],
  ])('is not proven, but where it says what one of them said (%s)', (_, options) => {
    expect(files.map(file => verifyEvidence(encodeEvidence(file), { keys: [trusted.key] }).verdict)).toEqual([
      'proven',
      'proven',
      'proven',
    ])
    fc.assert(
      fc.property(fc.nat(2), fc.array(edit, { minLength: 1, maxLength: 4 }), (base, edits) => {
        const text = written(edits.reduce(edited, trees[base]!))
        const { verdict, evidence } = verifyEvidence(text, options)
        if (verdict !== 'proven' || evidence === undefined) return
        const { text: signed, said, entries } = saidBy(evidence)
        const original = honest.find(one => one.text === signed)
        expect(original, 'a checkpoint that was never signed').toBeDefined()
        for (const entry of entries) expect(honest.flatMap(one => one.entries)).toContain(entry)
        expect(honest.map(one => one.said)).toContainEqual(said)
      }),
      { numRuns: 100 },
    )
  })
})
