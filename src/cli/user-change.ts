import type { Installation, UserChange } from '../ledgers/registries/index.ts'
import type { Printer } from './printer.ts'

/** Shows what became of a user, and that nothing was sent where all was so already. */
export async function printUserChange(
  printer: Printer,
  { user, transactions }: UserChange,
  { found }: Installation,
): Promise<void> {
  const { account, exists, roles, mask, details } = user
  if (transactions.length === 0) await printer.note('That is so already: nothing was sent.')
  const held = roles.length === 0 ? 'no role' : roles.join(', ')
  await printer.data(
    { registry: found.users, release: found.release, account, exists, roles, mask, details, transactions },
    `${account} ${exists ? `is a user of ${found.users}` : `is no user of ${found.users}`}, with ${held}`,
  )
}
