import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { metricFamilies } from '../../src/gateway/metrics/families.ts'
import { expositionTypes, formatExposition } from '../../src/server/index.ts'
import { named } from '../storage/machine.ts'
import { alerts, dashboard, examples, readExample as read, targets } from '../support/examples.ts'
import { fullMetrics } from '../support/full-gateway.ts'
import { noPrometheus, promtool } from '../support/prometheus.ts'

/*
 * The examples name nothing that a gateway doesn't tell, and promtool agrees with them.
 */

const expressions = [
  ...targets.map(({ expr }) => expr),
  ...dashboard.annotations.list.map(({ expr }) => expr),
  ...alerts.map(({ expr }) => expr),
]

/** Names of metrics, by the label names that their samples have. */
function namesIn(expression: string): string[] {
  return expression.match(/\b(?:energyweb|process)_[a-z_]+/g) ?? []
}

async function told(): Promise<Map<string, Set<string>>> {
  const { metrics } = await fullMetrics()
  const text = formatExposition((await metrics.collect()).series, 'prometheus')
  const names = new Map<string, Set<string>>()
  for (const line of text.split('\n')) {
    const match = /^([a-z_]+)(?:\{(.*)\})? /.exec(line)
    if (match === null) continue
    const labels = [...(match[2] ?? '').matchAll(/([a-z]+)="/g)].map(([, label]) => label ?? '')
    names.set(match[1] ?? '', new Set(labels))
  }
  return names
}

test('dashboard and alerts name only what a gateway tells, and labels that it has', async () => {
  const names = await told()
  for (const expression of expressions) {
    const found = namesIn(expression)
    if (!expression.startsWith('up{')) expect(found, expression).not.toEqual([])
    for (const name of found) expect(names.has(name), `${name} in ${expression}`).toBe(true)
  }
  const ours = new Set(['instance', 'job', 'version', 'node'])
  for (const { expr, legendFormat = '' } of targets) {
    const known = new Set([...ours, ...namesIn(expr).flatMap(name => [...(names.get(name) ?? [])])])
    for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
      expect(known.has(label), `${label} of ${expr}`).toBe(true)
    }
    for (const [, label = ''] of expr.matchAll(/[{,]([a-z]+)(?:=~|=|!=)"/g)) {
      expect(known.has(label), `${label} in ${expr}`).toBe(true)
    }
  }
})

test('every family is on the dashboard or in an alert, or known to be for detail', () => {
  const used = new Set(expressions.flatMap(namesIn).map(name => name.replace(/_(?:bucket|sum|count)$/, '')))
  const unused = Object.values(metricFamilies)
    .map(({ name }) => name)
    .filter(name => !used.has(name))
  expect(unused).toMatchSnapshot()
})

test('panels have ids of their own and do not overlap', () => {
  const { panels } = dashboard
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  const taken = new Set<string>()
  for (const { title, gridPos, type, targets = [] } of panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24)
    expect(type === 'row' ? 1 : targets.length, title).toBeGreaterThan(0)
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(taken.has(`${x} ${y}`), title).toBe(false)
        taken.add(`${x} ${y}`)
      }
    }
  }
  const variables = new Set([
    'datasource',
    '__rate_interval',
    ...dashboard.templating.list.map(({ name }) => name),
  ])
  for (const [, name = ''] of JSON.stringify(dashboard).matchAll(/\$\{?(\w+)/g)) {
    expect(['__all', ...variables]).toContain(name)
  }
})

test('every alert has a word in the docs, and a test that fires it', () => {
  const docs = readFileSync(join(examples, '../docs/operations.md'), 'utf8')
  const tests = read('prometheus/alerts.test.yml')
  for (const { alert } of alerts) {
    expect(docs, alert).toContain(`\`${alert}\``)
    expect(tests, alert).toContain(`alertname="${alert}"`)
  }
})

const reason = noPrometheus()
describe.skipIf(reason !== undefined)(named('promtool', reason), () => {
  test('takes the rules and the configuration, and each alert fires when it must and not before', () => {
    const folder = join(examples, 'prometheus')
    expect(promtool(['check', 'rules', 'alerts.yml'], { folder })).toMatchObject({ good: true })
    expect(promtool(['check', 'config', 'prometheus.yml'], { folder })).toMatchObject({ good: true })
    expect(promtool(['test', 'rules', 'alerts.test.yml'], { folder })).toMatchObject({ good: true })
  })

  test('says so when an alert would not fire, or would always', () => {
    const folder = mkdtempSync(join(tmpdir(), 'energyweb-rules-'))
    try {
      const { tests, ...rest } = parse(read('prometheus/alerts.test.yml'))
      const good = read('prometheus/alerts.yml')
      for (const [from, to, name] of [
        ['energyweb_log_stopped == 1', 'energyweb_log_stopped == 2', 'EnergywebLogStopped'],
        [
          'energyweb_held_readings > 0',
          'energyweb_held_readings >= 0',
          'a gateway that is well fires nothing',
        ],
      ] as const) {
        // All tests of all alerts take long; the one that must notice is enough.
        const noticing = tests.filter((one: { name: string }) => one.name === name)
        writeFileSync(join(folder, 'alerts.test.yml'), JSON.stringify({ ...rest, tests: noticing }))
        expect(good).toContain(from)
        for (const [rules, isGood] of [
          [good, true],
          [good.replace(from, to), false],
        ] as const) {
          writeFileSync(join(folder, 'alerts.yml'), rules)
          const { good } = promtool(['test', 'rules', 'alerts.test.yml'], { folder })
          expect(good, to).toBe(isGood)
        }
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('reads every expression of the dashboard', () => {
    const folder = mkdtempSync(join(tmpdir(), 'energyweb-dashboard-'))
    try {
      const rules = targets.map(({ expr }, index) => ({
        record: `panel:${index}`,
        expr: expr.replaceAll('$__rate_interval', '5m'),
      }))
      writeFileSync(join(folder, 'panels.yml'), JSON.stringify({ groups: [{ name: 'panels', rules }] }))
      expect(promtool(['check', 'rules', '--lint=none', 'panels.yml'], { folder })).toMatchObject({
        good: true,
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('finds nothing to complain of in what a gateway tells', async () => {
    const { metrics } = await fullMetrics()
    const input = formatExposition((await metrics.collect()).series, 'prometheus')
    expect(promtool(['check', 'metrics'], { input })).toEqual({ good: true, said: '' })
    expect(expositionTypes.prometheus).toContain('0.0.4')
  })
})
