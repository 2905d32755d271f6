import { nextTick } from 'vue'
import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router'
import { setTitle } from '@/lib/title'
import { useSession } from '@/session/store'

declare module 'vue-router' {
  interface RouteMeta {
    title: string
    open?: boolean
  }
}

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (to, _from, saved) => saved ?? (to.hash ? { el: to.hash } : { top: 0 }),
  routes: [
    { path: '/', redirect: '/projects', meta: { title: '' } },
    { path: '/login', component: () => import('./session/SignInPage.vue'), meta: { title: '登录', open: true } },
    { path: '/projects', component: () => import('./projects/ProjectsPage.vue'), meta: { title: '我的项目' } },
    { path: '/projects/:id(\\d+)', component: () => import('./project/ProjectPage.vue'), meta: { title: '项目' } },
    { path: '/inbox', component: () => import('./inbox/InboxPage.vue'), meta: { title: '消息' } },
    { path: '/me', component: () => import('./session/MePage.vue'), meta: { title: '我的' } },
    { path: '/feedback', component: () => import('./feedback/FeedbackPage.vue'), meta: { title: '意见反馈' } },
    { path: '/:rest(.*)*', component: () => import('./frame/NotFoundPage.vue'), meta: { title: '没有这个页面' } },
  ],
})

/** Only a path of ours: `//elsewhere` and `https:` would take people away after they signed in. */
export function safeNext(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/projects'
}

router.beforeEach(async (to) => {
  const session = useSession()
  await session.load()
  if (to.meta.open) return session.user ? safeNext(to.query.next) : true
  return session.user ? true : { path: '/login', query: { next: to.fullPath } }
})

router.afterEach((to: RouteLocationNormalized, from: RouteLocationNormalized) => {
  if (to.path === from.path) return
  setTitle(to.meta.title)
  void nextTick(() => document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true }))
})
