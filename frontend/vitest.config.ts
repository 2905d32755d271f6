import { defineConfig, mergeConfig } from 'vitest/config'
import build from './vite.config.ts'

// Apart from vite.config.ts: a machine that only builds has no vitest.
export default mergeConfig(build, defineConfig({
  test: { environment: 'happy-dom', include: ['test/**/*.test.ts'], restoreMocks: true },
}))
