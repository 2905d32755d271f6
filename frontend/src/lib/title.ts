import { watchEffect } from 'vue'

const NAME = '帮办通'

export function setTitle(title: string): void {
  document.title = title ? `${title} · ${NAME}` : NAME
}

/** A title that follows what the page shows. */
export function useTitle(title: () => string): void {
  watchEffect(() => setTitle(title()))
}
