import type { Plugin, Rolldown } from 'vite'

/** First path segment → the screens that may open there; their chunks are fetched together with the entry. */
const PRELOADED: Record<string, string[]> = {
  login: ['src/session/SignInPage.vue'],
  projects: ['src/projects/ProjectsPage.vue', 'src/project/ProjectPage.vue'],
  inbox: ['src/inbox/InboxPage.vue'],
}

type Bundle = Rolldown.OutputBundle

function chunkOf(bundle: Bundle, source: string): Rolldown.OutputChunk {
  const found = Object.values(bundle).find((file) => file.type === 'chunk' && file.facadeModuleId?.endsWith(source))
  if (found?.type !== 'chunk') throw new Error(`no chunk for ${source}: is the route still there?`)
  return found
}

/** The chunk and all that it cannot run without, itself first. */
function needed(bundle: Bundle, chunk: Rolldown.OutputChunk, seen = new Set<string>()): Set<string> {
  if (seen.has(chunk.fileName)) return seen
  seen.add(chunk.fileName)
  for (const name of chunk.imports) {
    const file = bundle[name]
    if (file?.type === 'chunk') needed(bundle, file, seen)
  }
  return seen
}

function takeStyles(bundle: Bundle): string {
  const sheets = Object.values(bundle).filter((file) => file.type === 'asset' && file.fileName.endsWith('.css'))
  for (const { fileName } of sheets) delete bundle[fileName]
  return sheets.map((file) => (file.type === 'asset' ? String(file.source) : '').trim()).join('\n')
}

function page(styles: string, entry: string, files: Iterable<string>): string {
  const preloads = [...files].filter((file) => file !== entry).map((file) => `<link rel="modulepreload" href="/${file}">`)
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="robots" content="noindex">
<meta name="theme-color" content="#0b4ea2">
<title>帮办通</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="preload" as="fetch" href="/api/session" crossorigin>
<script type="module" src="/${entry}"></script>
${preloads.join('\n')}
<style>${styles}</style>
</head>
<body>
<div id="app"><p class="opening">正在打开…</p></div>
<noscript><p class="opening">请在浏览器设置中启用 JavaScript 后重新打开。企业查询办理进度请访问 <a href="/progress">进度查询</a>。</p></noscript>
</body>
</html>
`
}

/**
 * Writes `index.html`, and `shells/<segment>.html` with the chunks of that screen named up front: one round trip less
 * before the first paint. The styles are inlined (a few kilobytes); the server takes their hash for its policy from
 * index.html, and every page carries the same ones.
 */
export function shell(): Plugin {
  return {
    name: 'bangban:shell',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const styles = takeStyles(bundle)
        const entry = chunkOf(bundle, 'src/main.ts')
        const emit = (fileName: string, sources: string[]): void => {
          const files = new Set(needed(bundle, entry))
          for (const source of sources) needed(bundle, chunkOf(bundle, source), files)
          this.emitFile({ type: 'asset', fileName, source: page(styles, entry.fileName, files) })
        }
        emit('index.html', [])
        for (const [segment, sources] of Object.entries(PRELOADED)) emit(`shells/${segment}.html`, sources)
      },
    },
  }
}
