//! The menu that saves a build as a file. What is saved is made here, of what the page shows; names that hold values of
//! parameters are masked. May import `panels` and below.

use super::around::Around;
use crate::browser::dom;
use crate::components::icon::icon;
use crate::components::menu::{Menu, MenuItem};
use crate::components::unique_id;
use crate::model::timeline::Timeline;
use crate::model::timeline::export::{self, About, Mask};
use crate::store::builds::{BuildPage, Loaded};
use crate::store::toasts::Tone;
use crate::store::use_stores;
use crate::waterfall::picture::Picture;
use crate::waterfall::viewport::Viewport;
use leptos::prelude::*;
use std::sync::Arc;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Png,
    Svg,
    Csv,
    Trace,
    Otlp,
    Markdown,
}

impl Format {
    const ALL: [Format; 6] = [Self::Png, Self::Svg, Self::Csv, Self::Trace, Self::Otlp, Self::Markdown];

    const fn label(self) -> &'static str {
        match self {
            Self::Png => "Picture (PNG)",
            Self::Svg => "Picture (SVG)",
            Self::Csv => "Table (CSV)",
            Self::Trace => "Chrome trace (JSON)",
            Self::Otlp => "OpenTelemetry (OTLP/JSON)",
            Self::Markdown => "Summary (Markdown)",
        }
    }

    const fn hint(self) -> &'static str {
        match self {
            Self::Png | Self::Svg => "Names, axis and bars on one sheet",
            Self::Csv => "A row a span, times to the microsecond",
            Self::Trace => "Opens in Perfetto, in speedscope, and dropped on this page",
            Self::Otlp => "For whatever takes OpenTelemetry traces",
            Self::Markdown => "Phases and the longest bars, for a ticket",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
            Self::Csv => "csv",
            Self::Trace => "trace.json",
            Self::Otlp => "otlp.json",
            Self::Markdown => "md",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Svg => "image/svg+xml",
            Self::Csv => "text/csv;charset=utf-8",
            Self::Trace | Self::Otlp => "application/json",
            Self::Markdown => "text/markdown;charset=utf-8",
        }
    }
}

/// The button and its menu.
#[component]
pub(super) fn Export(
    timeline: Memo<Option<Arc<Timeline>>>,
    open: BuildPage,
    around: Around,
    /// The workspace's name, and the number of the build.
    workspace: String,
    number: i64,
    /// The range of time that is shown; None: all of it.
    range: Memo<Option<Viewport>>,
) -> impl IntoView {
    let id = unique_id("export");
    let toasts = use_stores().toasts;
    let build = open.build.clone();
    let save = move |format: Format| {
        let Some(timeline) = timeline.get_untracked() else { return };
        let mask = around.parameters.state.with_untracked(|state| match state {
            Loaded::Ready(values) => Mask::of(values.iter().map(|value| value.value.clone())),
            _ => Mask::unknown(),
        });
        let about = build.with_untracked(|build| {
            build.ready().map(|build| About {
                workspace: workspace.clone(),
                build: build.id,
                version: build.template_version_name.clone(),
            })
        });
        let Some(about) = about else { return };
        let name = format!("{workspace}-build-{number}.{}", format.ending());
        let title = format!("{workspace}, build {number}");
        let text = match format {
            Format::Csv => Some(export::csv(&timeline, &mask)),
            Format::Trace => Some(export::chrome_trace(&timeline, &about, &mask)),
            Format::Otlp => Some(export::otlp(&timeline, &about, &mask)),
            Format::Markdown => Some(export::markdown(&timeline, &about, &mask)),
            Format::Svg => Picture::of(&export::masked(&timeline, &mask), range.get_untracked(), &title).svg(),
            Format::Png => {
                let masked = export::masked(&timeline, &mask);
                let canvas = Picture::of(&masked, range.get_untracked(), &title).canvas();
                let saved = canvas.is_some_and(|canvas| dom::save_canvas(&name, &canvas));
                if !saved {
                    toasts.show(Tone::Bad, "The picture could not be drawn. The SVG has the same.", None, None);
                }
                return;
            }
        };
        match text {
            Some(text) => dom::save_file(&name, format.media_type(), &text),
            None => {
                toasts.show(
                    Tone::Bad,
                    "The picture could not be drawn. The table (CSV) has the same figures.",
                    None,
                    None,
                );
            }
        }
    };
    let items = Callback::new(move |()| {
        Format::ALL
            .into_iter()
            .map(|format| {
                let save = save.clone();
                let mut item = MenuItem::new(format.label(), move || save(format));
                format.hint().clone_into(&mut item.hint);
                item
            })
            .collect::<Vec<_>>()
    });
    let target = id.clone();
    view! {
        <button type="button" class="btn" popovertarget=target aria-haspopup="menu">
            {icon("dl")}"Export"{icon("down")}
        </button>
        <Menu id label="Export" items/>
    }
}
