//! The browser itself: storage, timers, observers, Intl, locks, channels. The only `web_sys` beside `api` and `waterfall`. May import `model` and below.
