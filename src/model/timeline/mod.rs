//! A build as spans (docs/architecture.md, "A waterfall"). Pure; may import `wire` and other `model` files.
