//! Building blocks without knowledge of a page; data by props. Imports neither `store` nor `api`.
