//! The chart of a build: model, scene and paint are three things. Data by props; imports neither `store` nor `api`.
