import { describe, expect, test } from 'vitest'
import { classifyRefusal, type Refusal } from './errors.ts'

/** What nodes say, as recorded from anvil, Hardhat and ganache, or from the public sources of the others. */
const recorded: Readonly<Record<string, readonly (readonly [number, string, Refusal])[]>> = {
  anvil: [
    [-32003, 'nonce too low', 'nonce-used'],
    [-32003, 'transaction already imported', 'known'],
    [-32003, 'replacement transaction underpriced', 'replacement-underpriced'],
    [-32003, 'max fee per gas less than block base fee', 'underpriced'],
    [-32003, 'Insufficient funds for gas * price + value', 'funds'],
    [-32000, 'intrinsic gas too low', 'gas-too-low'],
    [-32000, 'intrinsic gas too high -- CallGasCostMoreThanGasLimit', 'gas-over-block'],
    [3, 'execution reverted', 'reverted'],
    [-32603, 'EVM error InvalidFEOpcode', 'reverted'],
  ],
  hardhat: [
    [
      -32000,
      "Nonce too low. Expected nonce to be 5 but got 3. Note that transactions can't be queued.",
      'nonce-used',
    ],
    [
      -32000,
      "Nonce too high. Expected nonce to be 5 but got 9. Note that transactions can't be queued.",
      'nonce-gap',
    ],
    [-32000, 'Known transaction: 0x12ab', 'known'],
    [-32000, "Sender doesn't have enough funds to send tx. The max upfront cost is: 1", 'funds'],
    [-32000, 'Transaction requires at least 21000 gas but got 20000', 'gas-too-low'],
    [-32000, 'Transaction gas limit is 31000000 and exceeds block gas limit of 30000000', 'gas-over-block'],
    [-32603, 'Error: Transaction reverted without a reason string', 'reverted'],
    [-32602, 'Invalid transaction: signed for another chain', 'wrong-chain'],
  ],
  geth: [
    [-32000, 'nonce too low: next nonce 5, tx nonce 3', 'nonce-used'],
    [-32000, 'already known', 'known'],
    [-32000, 'known transaction: 12ab', 'known'],
    [-32000, 'replacement transaction underpriced', 'replacement-underpriced'],
    [-32000, 'transaction underpriced: tip needed 1, tip permitted 0', 'underpriced'],
    [-32000, 'max fee per gas less than block base fee: address 0x00, maxFeePerGas: 1', 'underpriced'],
    [-32000, 'insufficient funds for gas * price + value: balance 0, tx cost 1', 'funds'],
    [-32000, 'exceeds block gas limit', 'gas-over-block'],
    [-32000, 'txpool is full', 'pool-full'],
    [-32000, 'nonce too high', 'nonce-gap'],
  ],
  nethermind: [
    [-32010, 'OldNonce, Current nonce: 5, nonce of rejected tx: 3', 'nonce-used'],
    [-32010, 'NonceGap, Future nonce. Expected nonce: 5', 'nonce-gap'],
    [-32010, 'AlreadyKnown', 'known'],
    [-32010, 'OwnNonceAlreadyUsed', 'known'],
    [-32010, 'ReplacementNotAllowed', 'replacement-underpriced'],
    [-32010, 'FeeTooLow, MaxFeePerGas too low', 'underpriced'],
    [-32010, 'InsufficientFunds, Account balance: 0, cumulative cost: 1', 'funds'],
    [-32010, 'GasLimitExceeded, Gas limit: 1', 'gas-over-block'],
  ],
  openethereum: [
    [-32010, 'Transaction nonce is too low. Try incrementing the nonce.', 'nonce-used'],
    [-32010, 'Transaction with the same hash was already imported.', 'known'],
    [
      -32010,
      'Transaction gas price 1wei is too low. There is another transaction with same nonce in the queue with gas price 2wei.',
      'replacement-underpriced',
    ],
    [
      -32010,
      "Transaction gas price is too low. It does not satisfy your node's minimal gas price",
      'underpriced',
    ],
    [
      -32010,
      'Insufficient funds. The account you tried to send transaction from does not have enough funds.',
      'funds',
    ],
    [-32010, 'Transaction gas is too low. There is not enough gas to cover minimal cost', 'gas-too-low'],
    [-32010, 'Transaction cost exceeds current gas limit. Limit: 1, got: 2.', 'gas-over-block'],
    [-32010, 'There are too many transactions in the queue. Your transaction was dropped', 'pool-full'],
    [-32015, 'VM execution error.', 'reverted'],
  ],
  besu: [
    [-32001, 'Nonce too low', 'nonce-used'],
    [-32000, 'Known transaction', 'known'],
    [-32000, 'Replacement transaction underpriced', 'replacement-underpriced'],
    [-32009, 'Gas price below configured minimum gas price', 'underpriced'],
    [-32004, 'Upfront cost exceeds account balance', 'funds'],
  ],
  ganache: [
    [
      -32000,
      "the tx doesn't have the correct nonce. account has nonce of: 5 tx has nonce of: 3",
      'nonce-used',
    ],
    [-32000, 'insufficient funds for gas * price + value', 'funds'],
    [-32000, 'VM Exception while processing transaction: revert', 'reverted'],
    [-32700, 'Invalid signature v value', 'wrong-chain'],
  ],
}

describe.each(Object.entries(recorded))('%s', (_, texts) => {
  test.each(texts)('%i %s', (code, message, meaning) => {
    expect(classifyRefusal({ code, message, data: undefined })).toBe(meaning)
  })
})

test('without a known text the code decides, and what nobody knows is unknown', () => {
  expect(classifyRefusal({ code: 3, message: '', data: '0x' })).toBe('reverted')
  expect(classifyRefusal({ code: -32015, message: '?', data: '' })).toBe('reverted')
  expect(classifyRefusal({ code: -32000, message: 'the moon is full', data: undefined })).toBe('unknown')
})
