import type { Abi, AbiFunction, AbiParameter, Hex } from 'viem'
import {
  decodeFunctionData,
  decodeFunctionResult,
  encodeDeployData,
  encodeEventTopics,
  encodeFunctionData,
  getAbiItem,
  parseAbi,
} from 'viem/utils'
import { EnergywebError, messageOf } from '../../core/errors.ts'
import { requireFilterable } from '../events/event-topics.ts'
import type { AbiOf, AbiSource } from './contract-types.ts'
import { bytesTrouble, type LeafTrouble, misfitIn, valueTrouble } from './misfit.ts'

/**
 * An ABI from JSON (as it is) or from human-readable text.
 * @throws EnergywebError `abi-invalid`
 */
export function readAbi<const source extends AbiSource>(source: source): AbiOf<source> {
  const lines = source.filter(line => typeof line === 'string')
  const isText = lines.length === source.length && lines.length > 0
  const abi = isText
    ? inWords(
        () => parseAbi(lines),
        () => requireReadable(lines),
      )
    : source
  // Which of the two it is decides the type, too.
  return abi as unknown as AbiOf<source>
}

/** @throws EnergywebError `abi-invalid` where it can be said which line is none; a struct stands in a line of its own */
function requireReadable(lines: readonly string[]): void {
  const structs = lines.filter(line => /^\s*struct\s/.test(line))
  for (const line of lines.filter(one => !structs.includes(one))) {
    try {
      parseAbi([...structs, line])
    } catch (cause) {
      const [first = ''] = messageOf(cause).split('\n')
      throw new EnergywebError('abi-invalid', `can't read "${line}": ${first.replace(/\.$/, '')}`, {
        hint: 'Write it as in Solidity: function total(bytes32 meter) view returns (uint256)',
        cause,
      })
    }
  }
}

/**
 * @throws EnergywebError `abi-invalid` for a function that the ABI does not have, and for arguments that do not fit, naming the one
 * that is wrong
 */
export function encodeCall(abi: Abi, functionName: string, args: readonly unknown[]): Hex {
  const inputs = abi.flatMap(item =>
    item.type === 'function' && item.name === functionName ? [item.inputs] : [],
  )
  const encode = () => encodeFunctionData({ abi, functionName, args })
  if (inputs.length === 0) return inWords(encode, () => requireKnown(abi, 'function', functionName))
  return fitting({ of: functionName, inputs, args }, encode)
}

/** @throws EnergywebError `abi-invalid` with the names that there are */
function requireKnown(abi: Abi, type: 'function' | 'event', name: string): void {
  const names = abi.flatMap(item => (item.type === type ? [item.name] : []))
  if (names.includes(name)) return
  throw new EnergywebError('abi-invalid', `the ABI has no ${type} "${name}"`, {
    hint: names.length === 0 ? `It has no ${type} at all.` : `It has ${[...new Set(names)].join(', ')}.`,
  })
}

/** @throws EnergywebError `abi-invalid` for arguments that do not fit, naming the one that is wrong */
export function encodeDeployment(abi: Abi, bytecode: Hex, args: readonly unknown[]): Hex {
  const inputs = abi.flatMap(item => (item.type === 'constructor' ? [item.inputs] : []))
  return fitting({ of: 'the constructor', inputs, args }, () => encodeDeployData({ abi, bytecode, args }))
}

interface GivenArguments {
  readonly of: string
  /** Several where a function is overloaded. */
  readonly inputs: readonly (readonly AbiParameter[])[]
  readonly args: readonly unknown[]
}

function fitting(given: GivenArguments, encode: () => Hex): Hex {
  requireFitting(given, bytesTrouble)
  return inWords(encode, () => requireFitting(given, valueTrouble))
}

/** @throws EnergywebError `abi-invalid` where it can be said which argument is wrong */
function requireFitting({ of, inputs, args }: GivenArguments, leafTrouble: LeafTrouble): void {
  if (inputs.length === 0) return
  const possible = inputs.filter(({ length }) => length === args.length)
  if (possible.length === 0) {
    const forms = inputs.map(list => `(${list.map(inWord).join(', ')})`).join(' or ')
    throw new EnergywebError('abi-invalid', `${of} takes ${forms}, and was given ${args.length}`)
  }
  const [only] = possible
  // Of several functions of one name nobody knows which is meant.
  if (only === undefined || possible.length > 1) return
  const misfit = misfitIn(only, args, leafTrouble)
  if (misfit === undefined) return
  const { path, type, why } = misfit
  throw new EnergywebError('abi-invalid', `${of}: argument ${path} is no ${type}: ${why}`)
}

const inWord = ({ type, name = '' }: AbiParameter) => `${type} ${name}`.trim()

/** @throws EnergywebError `abi-invalid` for the data of no function of the ABI */
export function decodeCall(abi: Abi, data: string): { functionName: string; args: readonly unknown[] } {
  const { functionName, args = [] } = inWords(() => decodeFunctionData({ abi, data: hex(data) }))
  return { functionName, args }
}

/**
 * What a view answered; several outputs as an object by their names, where all have one.
 * @throws EnergywebError `abi-invalid` when it is not what the ABI says
 */
export function decodeOutputs(
  abi: Abi,
  functionName: string,
  { args, data }: { args: readonly unknown[]; data: string },
): unknown {
  if (data === '0x' && outputsOf(abi, functionName, args).length > 0) {
    throw new EnergywebError('abi-invalid', `${functionName} answered nothing`, {
      hint: 'Is there a contract of this kind at the address, on this chain?',
    })
  }
  const value: unknown = inWords(() => decodeFunctionResult({ abi, functionName, args, data: hex(data) }))
  const outputs = outputsOf(abi, functionName, args)
  if (outputs.length < 2 || !Array.isArray(value) || outputs.some(({ name }) => !name)) return value
  return Object.fromEntries(outputs.map(({ name = '' }, i) => [name, value[i]]))
}

/** @throws EnergywebError `abi-invalid` for an event that the ABI does not have; `argument-invalid` for arguments that no node looks for */
export function encodeTopics(abi: Abi, eventName: string, args: object): readonly (Hex | Hex[] | null)[] {
  const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined))
  const events = abi.filter(item => item.type === 'event' && item.name === eventName)
  const [event] = events
  // viem leaves them out in silence: then any event would do.
  if (event?.type === 'event' && events.length === 1) requireFilterable(event, given)
  const topics = inWords(
    () => encodeEventTopics({ abi, eventName, args: { ...args } }),
    () => {
      requireKnown(abi, 'event', eventName)
      requireIndexed(abi, eventName, args)
    },
  )
  // Some nodes take a null at the end for a topic that must be there.
  return topics.slice(0, topics.findLastIndex(topic => topic !== null) + 1)
}

/** @throws EnergywebError `abi-invalid` where it can be said which indexed argument is wrong */
function requireIndexed(abi: Abi, eventName: string, args: object): void {
  const events = abi.filter(item => item.type === 'event' && item.name === eventName)
  const [event] = events
  if (event?.type !== 'event' || events.length > 1) return
  for (const [name, value] of Object.entries(args)) {
    const input = event.inputs.find(one => one.indexed && one.name === name)
    if (input === undefined || value === undefined || value === null) continue
    // A list stands for any of its items.
    for (const one of Array.isArray(value) ? value : [value]) {
      requireFitting({ of: `event ${eventName}`, inputs: [[input]], args: [one] }, valueTrouble)
    }
  }
}

function outputsOf(abi: Abi, name: string, args: readonly unknown[]): AbiFunction['outputs'] {
  const item = getAbiItem({ abi, name, args })
  return item?.type === 'function' ? item.outputs : []
}

/** Hex with 0x, which the caller has from a node or a user: what is none is found by whoever decodes it. */
function hex(data: string): Hex {
  return `0x${data.slice(2)}`
}

/** @param explain - throws what says more than viem does, where it can */
function inWords<Result>(run: () => Result, explain: () => void = () => undefined): Result {
  try {
    return run()
  } catch (cause) {
    explain()
    // viem's messages go on with its version and addresses of its documentation.
    const [first = ''] = messageOf(cause).split('\n\n')
    throw new EnergywebError('abi-invalid', first.replaceAll('\n', ' '), { cause })
  }
}
