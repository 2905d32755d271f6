import { onScopeDispose, readonly, ref, type Ref } from 'vue'

/** Whether the window is at least 900 px at the normal font size; follows it. */
export function useWide(): Readonly<Ref<boolean>> {
  const query = matchMedia('(min-width: 56.25em)')
  const wide = ref(query.matches)
  const follow = (): boolean => (wide.value = query.matches)
  query.addEventListener('change', follow)
  onScopeDispose(() => query.removeEventListener('change', follow))
  return readonly(wide)
}
