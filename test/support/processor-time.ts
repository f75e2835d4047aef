/**
 * Milliseconds of the processor that this thread takes for a deed: a busy machine does not change them, as it does the clock's.
 */
export async function processorTime(deed: () => unknown): Promise<number> {
  const before = process.threadCpuUsage()
  await deed()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000
}
