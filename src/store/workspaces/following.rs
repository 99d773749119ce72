//! How one whole workspace is found by its name and followed by its id: its socket, and the resource itself where the
//! socket may be silent (docs/architecture.md, "Live updates"). May import `api` and below.

use super::detail::{DetailShared, DetailState};
use super::index::Index;
use crate::api::error::{ApiError, Kind};
use crate::api::socket::{End, Followed, Going, follow};
use crate::api::workspaces as calls;
use crate::browser::{timers, visibility};
use crate::model::row::{self, Source};
use crate::wire::socket::{Frame, WatchFrame};
use futures_util::future::select;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::pin::pin;
use std::rc::Weak;
use std::sync::Arc;

/// How often a waiting build's place in the queue is asked for: it is not pushed.
const QUEUE_MS: i64 = 5_000;

impl DetailShared {
    /// Asks for the workspace, applies the answer, and tells whether there is more to hear, and whether its build
    /// changed: that is pushed too.
    async fn ask(weak: &Weak<Self>, index: &Index) -> Result<Going, ApiError> {
        let gone = || ApiError::local(Kind::Aborted, "Not needed any more.");
        let id = weak.upgrade().ok_or_else(gone)?.id.get().ok_or_else(gone)?;
        let mark =
            || index.snapshot(id).map(|row| (row.build.number, row.build.status.clone(), row.build.job_status.clone()));
        let before = mark();
        index.refresh(id).await?;
        Ok(if mark() == before { Going::On } else { Going::News })
    }

    /// The life of a whole workspace. What ends it (deleted, hidden, forbidden) may be otherwise later: when the reader
    /// wants it to be tried again, it is looked for anew.
    pub(super) async fn live(weak: Weak<Self>, index: Weak<Index>, owner: String, name: String) {
        spawn_local(Self::watch_queue(weak.clone(), index.clone()));
        while let Some(again) = weak.upgrade().map(|detail| detail.again.notified()) {
            Self::find_and_follow(&weak, &index, &owner, &name).await;
            again.await;
        }
    }

    /// Finds it by its name, then follows it by its id, until it is no longer there.
    async fn find_and_follow(weak: &Weak<Self>, index: &Weak<Index>, owner: &str, name: &str) {
        let Some(index) = index.upgrade() else { return };
        let client = index.client.clone();
        let mut wait = 500;
        let id = loop {
            let began = index.moment();
            let found = calls::by_name(&client, owner, name).await;
            let Some(detail) = weak.upgrade() else { return };
            match found {
                Ok(workspace) => {
                    detail.id.set(Some(workspace.id));
                    index.apply_whole(&workspace, Source::Answer { began });
                    // A first answer that crossed something newer is still the only whole one.
                    if detail.state.with_untracked(|state| state.workspace().is_none()) {
                        detail.set(DetailState::Ready(Arc::new(workspace.clone())));
                    }
                    break workspace.id;
                }
                Err(error) => match error.kind {
                    Kind::NotFound => {
                        let past = calls::deleted_by_name(&client, owner, name).await;
                        return detail
                            .set(past.map_or(DetailState::Refused(error), |past| DetailState::Past(Arc::new(past))));
                    }
                    Kind::Forbidden => return detail.set(DetailState::Refused(error)),
                    Kind::Gone => return detail.set(DetailState::Deleted(None)),
                    Kind::Aborted | Kind::Unauthorized => return,
                    _ => detail.set(DetailState::Failed(error)),
                },
            }
            let again = detail.again.notified();
            drop(detail);
            select(pin!(client.pause(wait)), pin!(again)).await;
            wait = (wait * 2).min(5_000);
        };
        index.session.first_rows_shown();
        let mut frame = |text: &str| {
            let Some(detail) = weak.upgrade() else { return Going::Finished };
            match WatchFrame::parse(text) {
                Ok(Frame::Data(workspace)) => {
                    if detail.unreadable.get_untracked() {
                        detail.unreadable.set(false);
                    }
                    let at = index.moment();
                    index.apply_whole(&workspace, Source::Frame { at });
                }
                // The socket stays open after an error of the server's; the next frame tells more.
                Ok(Frame::Ping | Frame::Error(_) | Frame::Other) => {}
                Err(why) => {
                    leptos::logging::warn!("a frame could not be read: {why}");
                    detail.unreadable.set(true);
                    detail.changed.notify_waiters();
                }
            }
            Going::On
        };
        let live = |on: bool| {
            if let Some(detail) = weak.upgrade()
                && detail.live.get_untracked() != on
            {
                detail.live.set(on);
            }
        };
        let lively = || index.snapshot(id).is_some_and(|row| row::is_lively(&row));
        let followed = Followed {
            path: &|| calls::watch_path(id),
            frame: &mut frame,
            probe: &|| Box::pin(Self::ask(weak, &index)),
            lively: &lively,
            live: &live,
        };
        let end = follow(&client, followed).await;
        if let (End::Refused(error), Some(detail)) = (end, weak.upgrade())
            && error.kind != Kind::Gone
        {
            detail.set(DetailState::Refused(error));
        }
    }

    /// While the build waits, its place in the queue is asked for, which is not pushed; and the workspace at once when
    /// the reader wants it.
    async fn watch_queue(weak: Weak<Self>, index: Weak<Index>) {
        loop {
            let Some(detail) = weak.upgrade() else { return };
            if !detail.wanted.get() {
                let poke = detail.poke.clone();
                drop(detail);
                timers::sleep_or(QUEUE_MS, &poke).await;
            }
            let (Some(detail), Some(index)) = (weak.upgrade(), index.upgrade()) else { return };
            let waiting = detail.state.with_untracked(|state| {
                matches!(state, DetailState::Ready(workspace) if workspace.latest_build.job.status.as_str() == "pending")
            });
            let in_rhythm = waiting && index.client.is_reachable() && visibility::is_visible();
            let wanted = detail.wanted.replace(false);
            drop(detail);
            if wanted || in_rhythm {
                // What went wrong is told where the workspace is followed.
                let _ = Self::ask(&weak, &index).await;
            }
        }
    }
}
