import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { compressed } from './vite/compress'

const backend = process.env.BACKEND ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [vue(), compressed()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false, __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false },
  build: {
    manifest: true, // read by config/shell.py, which writes the page around the scripts
    cssCodeSplit: false, // one small sheet, inlined in the shell
    modulePreload: { polyfill: false },
    target: ['es2020', 'safari14', 'chrome86'],
    rolldownOptions: {
      input: 'src/main.ts',
      output: {
        codeSplitting: {
          groups: [
            { name: 'sheet', test: /node_modules\/(reka-ui|@vueuse|aria-hidden|@floating-ui|@internationalized|@tanstack|defu|ohash)\//, priority: 3 },
            { name: 'app', test: /(node_modules|src\/(ui|lib|api|live|session)\/)|plugin-vue/, priority: 2 },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': { target: backend, changeOrigin: false },
      '/ws': { target: backend, ws: true },
    },
  },
  test: { environment: 'happy-dom', include: ['test/**/*.test.ts'], restoreMocks: true },
})
