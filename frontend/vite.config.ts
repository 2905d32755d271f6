import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { compressed } from './vite/compress.ts'
import { narrowVue } from './vite/narrow.ts'
import { shell } from './vite/shell.ts'

const backend = process.env.BACKEND ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [vue(), narrowVue(), shell(), compressed()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false, __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false },
  build: {
    cssCodeSplit: false, // one small sheet, inlined in the page by vite/shell.ts
    modulePreload: { polyfill: false },
    target: ['es2020', 'safari14', 'chrome86'],
    rolldownOptions: {
      input: 'src/main.ts',
      output: {
        codeSplitting: {
          groups: [
            // Taken first: what every screen needs. The rest of node_modules belongs to the sheet and comes with it.
            { name: 'app', test: /node_modules\/(@vue|vue|vue-router|pinia|openapi-fetch)\/|src\/(ui|lib|api|live)\/|src\/session\/(store|preferences)|plugin-vue/, priority: 2 },
            { name: 'sheet', test: /node_modules\//, priority: 1 },
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
})
