const FIRST = 500
const LONGEST = 30_000

/** 0.5 s doubling to 30 s, each between half and whole, so that a restarted server is not met by everybody at once. */
export class Backoff {
  private tries = 0

  constructor(private readonly random: () => number = Math.random) {}

  next(): number {
    const whole = Math.min(LONGEST, FIRST * 2 ** this.tries)
    this.tries += 1
    return whole / 2 + (whole / 2) * this.random()
  }

  reset(): void {
    this.tries = 0
  }

  get count(): number {
    return this.tries
  }
}
