import type { ClientFrame, ServerFrame } from '@/live/protocol'

/** A socket whose other end is the test. */
export class FakeSocket {
  static all: FakeSocket[] = []
  readyState = 0
  sent: ClientFrame[] = []
  onmessage: ((message: { data: string }) => void) | null = null
  onclose: ((close: { code: number }) => void) | null = null

  constructor() {
    FakeSocket.all.push(this)
  }

  static get last(): FakeSocket {
    return FakeSocket.all.at(-1)!
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ClientFrame)
  }

  close(): void {
    this.readyState = 3
  }

  greet(): void {
    this.readyState = 1
    this.says({ t: 'hello', heartbeat: 20, user: 7 })
  }

  says(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }

  event(stream: string, ...numbers: number[]): void {
    for (const seq of numbers) this.says({ t: 'event', stream, seq })
  }

  breaks(code = 1006): void {
    this.readyState = 3
    this.onclose?.({ code })
  }
}
