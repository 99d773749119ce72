//! The calls: one file per resource, over one client (auth, errors, retry) and one web socket. May import `browser` and below.
