const KEY = 'graft.token'

/** The token of this launch: read once from the page's address, kept for reloads of this tab, and taken out of the
 *  address bar so that it is not copied along with a link. */
export function takeToken(): string {
  const url = new URL(window.location.href)
  const given = url.searchParams.get('token')
  if (given === null) return sessionStorage.getItem(KEY) ?? ''
  sessionStorage.setItem(KEY, given)
  url.searchParams.delete('token')
  window.history.replaceState(window.history.state, '', url)
  return given
}
