/**
 * Runs `work` soon after the last call, never twice at a time, and once more when it was called during a run.
 * A burst of events becomes one request; the last event is never lost.
 */
export function coalesced(work: () => Promise<void>, wait = 80): { poke: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = false
  let again = false

  async function run(): Promise<void> {
    if (running) {
      again = true
      return
    }
    running = true
    try {
      await work()
    } finally {
      running = false
      if (again) {
        again = false
        poke()
      }
    }
  }

  function poke(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void run(), wait)
  }

  return { poke, stop: () => clearTimeout(timer) }
}
