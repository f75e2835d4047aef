import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

/*
 * The dashboard and the alert rules that we hand out.
 */

export const examples = fileURLToPath(new URL('../../examples/', import.meta.url))

/** A file of the examples as text. */
export const readExample = (path: string) => readFileSync(join(examples, path), 'utf8')

export interface Target {
  readonly expr: string
  readonly legendFormat?: string
}

export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly Target[]
}

export const dashboard: {
  panels: Panel[]
  templating: { list: { name: string; query: unknown }[] }
  annotations: { list: Target[] }
} = JSON.parse(readExample('grafana/energyweb.json'))

export const alerts: { alert: string; expr: string; annotations: Record<string, string> }[] = parse(
  readExample('prometheus/alerts.yml'),
).groups.flatMap((group: { rules: unknown[] }) => group.rules)

export const targets = dashboard.panels.flatMap(panel =>
  (panel.targets ?? []).map(target => ({ panel, ...target })),
)

export const panelExpressions = targets.map(({ expr }) => expr)

/** By name of the alert. */
export const alertExpressions = new Map(alerts.map(({ alert, expr }) => [alert, expr]))
