import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { client } from './client.ts'
import { router } from './router.ts'
import { applyEarlyTheme } from './theme.ts'
import '../styles/tokens.css'
import '../styles/base.css'

applyEarlyTheme()
// What the content security policy refuses is counted by the workbench and shown in the offline panel.
document.addEventListener('securitypolicyviolation', (event) => {
  const target = `${event.effectiveDirective} ${event.blockedURI}`.slice(0, 2000)
  client.call('system.reportBlocked', { target }).catch(() => undefined)
})
// A file dropped beside every drop area must not replace the page; what becomes of it says use-stray-drops.ts.
window.addEventListener('dragover', (event) => event.preventDefault())

createApp(App).use(createPinia()).use(router).mount('#app')
