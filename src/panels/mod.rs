//! Parts of pages that are also embedded: a workspace table, a quota strip, the timings of a build, a log. May import `components`, `waterfall`, `store` and below.
