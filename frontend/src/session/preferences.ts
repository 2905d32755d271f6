import { ref, watch } from 'vue'

export type FontSize = 'normal' | 'large' | 'xl'
export type Theme = 'auto' | 'light' | 'dark'

const KEY = 'bangban.preferences'
const FONT_SIZES: readonly FontSize[] = ['normal', 'large', 'xl']
const THEMES: readonly Theme[] = ['auto', 'light', 'dark']

function remembered(): { fontSize: FontSize; theme: Theme } {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>
    return {
      fontSize: FONT_SIZES.find((size) => size === saved.fontSize) ?? 'normal',
      theme: THEMES.find((theme) => theme === saved.theme) ?? 'auto',
    }
  } catch {
    return { fontSize: 'normal', theme: 'auto' } // storage is closed in some shells; the defaults do
  }
}

const start = remembered()
/** 大字版 and dark mode belong to the device, not to the account: an older colleague's phone keeps its letters. */
export const fontSize = ref<FontSize>(start.fontSize)
export const theme = ref<Theme>(start.theme)

const darkSystem = matchMedia('(prefers-color-scheme: dark)')
const systemLook = ref(darkSystem.matches)
darkSystem.addEventListener('change', () => (systemLook.value = darkSystem.matches))
const system = (): Theme => (systemLook.value ? 'dark' : 'light')

export function applyPreferences(): void {
  watch([fontSize, theme, systemLook], ([size, look]) => {
    document.documentElement.dataset.font = size
    document.documentElement.dataset.theme = look === 'auto' ? system() : look
    try {
      localStorage.setItem(KEY, JSON.stringify({ fontSize: size, theme: look }))
    } catch {
      // see remembered(): it then lasts as long as the page
    }
  }, { immediate: true })
}

/** One tap: normal → large → extra large → normal. */
export function nextFontSize(): void {
  fontSize.value = FONT_SIZES[(FONT_SIZES.indexOf(fontSize.value) + 1) % FONT_SIZES.length]!
}
