// OpenTelemetry's own SDK and exporter send one log record to the URL of the first argument.
const { LoggerProvider, SimpleLogRecordProcessor } = require('@opentelemetry/sdk-logs')
const { OTLPLogExporter } = require('@opentelemetry/exporter-logs-otlp-proto')

const exporter = new OTLPLogExporter({ url: `${process.argv[2]}/v1/logs` })
const provider = new LoggerProvider()
provider.addLogRecordProcessor(new SimpleLogRecordProcessor(exporter))
provider.getLogger('client').emit({
  severityNumber: 9,
  severityText: 'INFO',
  body: 'hello from the SDK',
  attributes: { count: 42, nested: { deep: true } },
})
provider.forceFlush().then(() => provider.shutdown())
