import { createRouter, createWebHashHistory } from 'vue-router'

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'start', component: () => import('../features/start/StartScreen.vue') },
    { path: '/data/:datasetId?', name: 'data', component: () => import('../features/data/DataScreen.vue') },
    { path: '/bench', name: 'bench', component: () => import('../features/bench/BenchScreen.vue') },
    { path: '/runs/:runId?', name: 'runs', component: () => import('../features/runs/RunsScreen.vue') },
    { path: '/compare', name: 'compare', component: () => import('../features/compare/CompareScreen.vue') },
    {
      path: '/compare/studies/:studyId?',
      name: 'studies',
      component: () => import('../features/studies/StudiesScreen.vue'),
    },
    { path: '/models/:modelId?', name: 'models', component: () => import('../features/models/ModelsScreen.vue') },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})
