import type { Abi, Hex } from 'viem'
import { decodeErrorResult } from 'viem/utils'

/** Why a contract refused a call, as far as it said. */
export type Revert =
  /** `require(…, 'text')` and `revert('text')`. */
  | { readonly kind: 'error'; readonly text: string }
  /** The compiler's own checks: overflow (0x11), division by zero (0x12), index out of bounds (0x32), … */
  | { readonly kind: 'panic'; readonly code: bigint; readonly text: string }
  /** An error of the contract's own, which its ABI knows. */
  | { readonly kind: 'custom'; readonly name: string; readonly args: readonly unknown[] }
  /** An error that the ABI does not know: its data as they came. */
  | { readonly kind: 'unknown'; readonly data: string }
  /** Without a word. */
  | { readonly kind: 'silent' }

/** Solidity documentation, "Panic via assert and Error via require". */
const panics: Readonly<Record<string, string>> = {
  0: 'a generic panic of the compiler',
  1: 'an assertion failed',
  17: 'an arithmetic overflow or underflow',
  18: 'a division by zero',
  33: 'a value out of an enum',
  34: 'a storage byte array that is encoded wrongly',
  49: 'pop() of an empty array',
  50: 'an index out of bounds',
  65: 'too much memory',
  81: 'a call of an internal function that is not set',
}

const errorText = '0x08c379a0'
const panicCode = '0x4e487b71'
const standard = [
  { type: 'error', name: 'Error', inputs: [{ type: 'string', name: 'text' }] },
  { type: 'error', name: 'Panic', inputs: [{ type: 'uint256', name: 'code' }] },
] as const

/** Reads what a contract said. The data are hostile: what they are not is answered as `unknown`. */
export function readRevert(data: Hex, abi: Abi): Revert {
  if (data === '0x') return { kind: 'silent' }
  const selector = data.slice(0, 10).toLowerCase()
  try {
    if (selector === errorText || selector === panicCode) {
      const { args } = decodeErrorResult({ abi: standard, data })
      const [value] = args
      if (typeof value === 'string') return { kind: 'error', text: value }
      return { kind: 'panic', code: value, text: panics[value.toString()] ?? 'a panic of an unknown code' }
    }
    const { errorName, args } = decodeErrorResult({ abi, data })
    return { kind: 'custom', name: errorName, args: args ?? [] }
  } catch {
    // viem throws for a selector that the ABI does not have, and for data that do not fit.
    return { kind: 'unknown', data }
  }
}

/** For people: `"not the owner"`, `TooLow(expected 5, got 3)`, … */
export function revertInWords(revert: Revert): string {
  switch (revert.kind) {
    case 'error':
      return `"${revert.text.slice(0, 200)}"`
    case 'panic':
      return revert.text
    case 'custom':
      return `${revert.name}(${revert.args.map(shown).join(', ')})`
    case 'unknown':
      return `an error that its ABI does not know: ${revert.data.slice(0, 74)}`
    case 'silent':
      return 'no reason given'
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? part.toString() : part))
  return (text ?? String(value)).replaceAll('"', '').slice(0, 80)
}
