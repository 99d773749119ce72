//! State that outlives a page. May import `api` and below.
