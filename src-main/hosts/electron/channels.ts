/** The three channels between preload and main. They are named nowhere else. */
export const CALL_CHANNEL = 'wb:call'
export const EVENT_CHANNEL = 'wb:event'
export const GRANT_CHANNEL = 'wb:grant'
