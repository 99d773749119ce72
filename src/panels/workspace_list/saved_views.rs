//! The views that the reader saved, beside the presets. May import `store` and below.

use super::prefs;
use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::components::icon::icon;
use crate::model::saved_views::{self, SavedView};
use crate::panels::go::use_go;
use crate::panels::list_page::ListPage;
use crate::paths;
use crate::store::{Stores, use_stores};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

#[component]
pub(super) fn SavedViews(page: ListPage) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    let views = RwSignal::new(Vec::<SavedView>::new());
    let info = use_stores().session.build_info;
    Effect::new(move |_| {
        info.track();
        views.set(stores.with_value(prefs::views));
    });
    let search = use_location().search;
    let naming = RwSignal::new(false);
    let keep = move |all: Vec<SavedView>| {
        stores.with_value(|stores: &Stores| prefs::keep_views(stores, &all));
        views.set(all);
    };
    let saved = move |view: SavedView| {
        let (shown, name, taken) = (view.clone(), view.name.clone(), view.name.clone());
        let address = format!("{}{}", paths::Place::Workspaces.address(), view.search);
        view! {
            <span class="view">
                <a class="chip" href=address aria-current=move || search.with(|search| saved_views::is_shown(&shown, search)).then_some("true")>{icon("star")}{name.clone()}</a>
                <button class="btn s quiet icon" type="button" aria-label=format!("Remove the view {name}") on:click=move |_| keep(saved_views::without(&views.get_untracked(), &taken))>{icon("x")}</button>
            </span>
        }
    };
    view! {
        <div class="chips" role="group" aria-label="Saved views">
            <For each=move || views.get() key=|view| (view.name.clone(), view.search.clone()) let(view)>{saved(view)}</For>
            <button class="chip" type="button" on:click=move |_| naming.set(true)>{icon("plus")}"Save view"</button>
        </div>
        <Show when=move || naming.get()><Naming page naming views keep=Callback::new(keep)/></Show>
    }
}

/// Asks for the name of a view.
#[component]
fn Naming(
    page: ListPage,
    naming: RwSignal<bool>,
    views: RwSignal<Vec<SavedView>>,
    keep: Callback<Vec<SavedView>>,
) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    let go = use_go();
    let save = move || {
        // All of the view, also what is only remembered: it looks the same to everybody.
        let arranged = untrack(|| page.arrangement());
        let whole = arranged.write(&paths::query::with("", "q", Some(&page.query.get_untracked())));
        match saved_views::saved(&views.get_untracked(), &name.get_untracked(), &whole) {
            Ok(all) => {
                keep.run(all);
                naming.set(false);
                go.instead(format!("{}{whole}", paths::Place::Workspaces.address()));
            }
            Err(why) => wrong.set(Some(why)),
        }
    };
    view! {
        <Dialog title="Save this view" on_close=move |()| naming.set(false)>
            <form on:submit=move |event| { event.prevent_default(); save(); }>
                <div class="body">
                    <p class="soft">"Filter, order, groups and columns under a name, in this browser. Its address is a link that shows the same to others."</p>
                    <label>"Name"<span class="field" class:bad-value=move || wrong.with(Option::is_some)>
                        <input type="text" autocomplete="off" autofocus=true maxlength="60" aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                            prop:value=move || name.get() on:input=move |event| { name.set(event_target_value(&event)); wrong.set(None); }/>
                    </span></label>
                    <p class="note bad" role="alert">{move || wrong.get()}</p>
                </div>
                <footer><Button on_click=move |()| naming.set(false)>"Cancel"</Button><Button class="fill" submit=true on_click=|()| ()>"Save view"</Button></footer>
            </form>
        </Dialog>
    }
}
