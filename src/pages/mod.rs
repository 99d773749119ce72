//! One file or folder per route. May import `panels` and below.
