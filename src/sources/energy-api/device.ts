import { z } from 'zod'
import type { Device } from '../../core/reading.ts'

const text = z.string().max(256).nullish()

/** How every version names a device; where it stands is not looked at. */
export const deviceFields = { manufacturer: text, model: text, serial_number: text }

interface Named {
  readonly manufacturer?: string | null | undefined
  readonly model?: string | null | undefined
  readonly serial_number?: string | null | undefined
}

/** The device, without what is left empty. */
export function deviceNamed({ manufacturer, model, serial_number: serial }: Named): Device {
  return { ...(manufacturer && { manufacturer }), ...(model && { model }), ...(serial && { serial }) }
}
