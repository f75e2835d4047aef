/** Does nothing useful for so many milliseconds, and lets nothing else run in its thread meanwhile. */
export default function block({ parameters }: { parameters: number }): void {
  const end = performance.now() + parameters
  while (performance.now() < end);
}
