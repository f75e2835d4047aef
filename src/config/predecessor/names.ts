import type { PathStep } from '../problem.ts'
import type { Notes } from './notes.ts'
import type { OldAsset } from './old-file.ts'

/** The asset's name, made fit and unique; a change is noted. */
export function nameOf(
  { name: given }: OldAsset,
  { role, at, taken, notes }: { role: string; at: readonly PathStep[]; taken: Set<string>; notes: Notes },
): string {
  const fit =
    (given ?? '')
      .replace(/[\p{Cc}/]/gu, '-')
      .trim()
      .slice(0, 60) || `${role} ${Number(at[1] ?? 0) + 1}`
  const base = fit === 'gateway' ? 'gateway 1' : fit
  let name = base
  for (let count = 2; taken.has(name); count++) name = `${base} ${count}`
  taken.add(name)
  if (name !== given) notes.warn([...at, 'name'], `is called "${name}" here: names are unique and hold no /`)
  return name
}

/** A name for files and keys: lower-case letters, digits and single hyphens. */
export function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return slug === '' ? 'asset' : slug
}
