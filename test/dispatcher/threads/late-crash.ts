/** Ends well, and crashes its thread a moment later. */
export default function lateCrash() {
  setTimeout(() => {
    throw new RangeError('after the run')
  }, 20)
}
