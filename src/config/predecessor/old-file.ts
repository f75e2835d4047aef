import { z } from 'zod'
import { valueAt } from '../issues.ts'
import type { PlainValue } from '../read-node.ts'

/*
 * The JSON files of the Python applications of 2019, as far as they are looked at. Class names and parameters are facts of
 * those applications; nothing of them is loaded.
 */

const part = z.looseObject({
  module: z.string().max(256).optional(),
  class_name: z.string().min(1).max(128),
  class_parameters: z.record(z.string(), z.unknown()).nullish(),
})

const asset = z.looseObject({
  name: z.string().optional(),
  'energy-meter': part,
  'carbon-emission': part.nullish(),
  'smart-contract': part.nullish(),
})

const assets = z.array(asset).max(10_000).nullish()

export const oldFileSchema = z.looseObject({ consumers: assets, producers: assets })

/** An application's configuration. */
export type OldFile = z.output<typeof oldFileSchema>
/** One consumer or producer. */
export type OldAsset = z.output<typeof asset>
/** A class to be made, with its parameters. */
export type OldPart = z.output<typeof part>

/** True for a file of the Python applications: it lists consumers or producers, and is none of ours. */
export function isOldFile(value: PlainValue): boolean {
  if (valueAt(value, ['energyweb']) !== undefined) return false
  return ['consumers', 'producers'].some(key => valueAt(value, [key]) !== undefined)
}
