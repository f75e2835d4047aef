/** True for what can name a key or a log: not empty, without white space, control characters and `+` (C2SP signed-note). */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\s+\p{Cc}\p{Z}]/u.test(name)
}
