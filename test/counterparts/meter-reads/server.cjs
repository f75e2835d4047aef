// The counterpart of the meter-reads driver: routes, validation, units and queries are those of the package
// @energyweb/energy-api-influxdb. Only InfluxDB is not there: two methods keep the points in memory and answer the package's
// own Flux queries. Prints its port, and ends with its standard input.
'use strict'
require('reflect-metadata')
const { Controller, Inject, Injectable, Module } = require('@nestjs/common')
const { NestFactory } = require('@nestjs/core')
const { BaseReadsController, ReadsService } = require('@energyweb/energy-api-influxdb')

/** By meter, then by time in milliseconds. */
const points = new Map()

class Reads extends ReadsService {
  async onModuleInit() {}

  get dbWriter() {
    return {
      writePoints(written) {
        for (const point of written) {
          const [, meter, value, time] = /^read,meter=(\S+) read=(-?\d+)i (\d+)$/.exec(point.toLineProtocol())
          if (!points.has(meter)) points.set(meter, new Map())
          points.get(meter).set(Number(time.slice(0, -6)), Number(value))
        }
      },
      async close() {},
    }
  }

  get dbReader() {
    return { collectRows: async query => rowsOf(query) }
  }
}

/** What the package's query of a meter's reads asks for: range, limit and offset of one series, in order of time. */
function rowsOf(query) {
  const [, from, to] = /r\._time >= (\S+) and r\._time <= (\S+)\)/.exec(query)
  const [, limit, offset] = /limit\(n: (\d+), offset: (\d+)\)/.exec(query)
  const [, meter] = /r\.meter == "([^"]*)"/.exec(query)
  return [...(points.get(meter) ?? [])]
    .filter(([time]) => time >= Date.parse(from) && time <= Date.parse(to))
    .sort(([a], [b]) => a - b)
    .slice(Number(offset), Number(offset) + Number(limit))
    .map(([time, value]) => ({ _time: new Date(time).toISOString(), _value: String(value) }))
}

class MeterReadsController extends BaseReadsController {}
class MeterReadsModule {}

Injectable()(Reads)
Inject(Reads)(MeterReadsController, undefined, 0)
Controller('meter-reads')(MeterReadsController)
Module({
  controllers: [MeterReadsController],
  providers: [{ provide: Reads, useFactory: () => new Reads({ get: () => undefined }) }],
})(MeterReadsModule)

NestFactory.create(MeterReadsModule, { logger: ['error'] }).then(async app => {
  await app.listen(0, '127.0.0.1')
  process.stdout.write(`${app.getHttpServer().address().port}\n`)
  process.stdin.on('end', () => process.exit(0)).resume()
})
