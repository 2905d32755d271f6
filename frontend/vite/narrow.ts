import type { Plugin } from 'vite'

const WHOLE = /import \* as vue from ["']vue["'];?/

/**
 * reka-ui's useId takes the whole of Vue as one object to ask whether `useId` exists (it does since 3.5). That keeps
 * every unused part of Vue in the bundle: 20 KB compressed on the first screen.
 */
export function narrowVue(): Plugin {
  return {
    name: 'bangban:narrow-vue',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('reka-ui/dist/shared/useId')) return null
      if (!WHOLE.test(code)) throw new Error('reka-ui imports Vue differently now: look whether vite/narrow.ts is still needed')
      return { code: code.replace(WHOLE, 'import { useId as own } from "vue"; const vue = { useId: own };'), map: null }
    },
  }
}
