import { EnergywebError } from '../../core/errors.ts'
import { TokenHolder, type TokenPlace } from './token-holder.ts'

interface Shared {
  readonly holder: TokenHolder
  users: number
}

const holders = new Map<string, Shared>()

/** A share in the holder of a token. */
export interface HolderShare {
  readonly holder: TokenHolder
  /** The holder is closed when nobody has a share any more. */
  release(): void
}

/**
 * The one holder of a token in this process: its keys share a library, a session and a login, so that a wrong PIN is tried once.
 * @throws EnergywebError `key-password` when another key names another PIN for the same token
 */
export function shareHolder(place: TokenPlace): HolderShare {
  const name = JSON.stringify([place.library, place.token, place.serial])
  const known = holders.get(name)
  // Nobody has a share in it: it is kept so that a PIN that was refused is not tried again.
  const isSpent = known?.users === 0 && !known.holder.hasPin(place.pin)
  const shared = known !== undefined && !isSpent ? known : { holder: new TokenHolder(place), users: 0 }
  if (!shared.holder.hasPin(place.pin)) {
    throw new EnergywebError('key-password', `the token ${place.token ?? place.serial} was given two PINs`, {
      hint: 'A token has one: name the same for all of its keys.',
    })
  }
  holders.set(name, shared)
  shared.users += 1
  let isReleased = false
  const release = () => {
    if (isReleased) return
    isReleased = true
    shared.users -= 1
    if (shared.users > 0) return
    if (holders.get(name) === shared && !shared.holder.isRefused) holders.delete(name)
    shared.holder.close()
  }
  return { holder: shared.holder, release }
}
