import { readonly, ref } from 'vue'

const text = ref('')
let timer: ReturnType<typeof setTimeout> | undefined

/** The one line that says that something was done; it stays long enough to be read out. */
export const notice = readonly(text)

export function say(sentence: string): void {
  clearTimeout(timer)
  text.value = sentence
  timer = setTimeout(() => (text.value = ''), 6000)
}
