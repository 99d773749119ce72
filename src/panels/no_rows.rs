//! A list without rows: nothing matches, nothing is there yet, or the query was not understood. It comes with the part
//! that follows the first rows (`panels::late`). May import `store` and below.

use crate::api::workspaces as calls;
use crate::components::button::Button;
use crate::components::state::StateBlock;
use crate::model::query::{Preset, nothing_in_words, parse, what_to_drop};
use crate::paths;
use crate::store::use_stores;
use crate::store::workspaces::ListStatus;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;

/// How many parts of a query are tried out for what stands in the way.
const TRIED: usize = 4;

/// Nothing matches, nothing is there yet, or the query was not understood.
#[component]
pub(crate) fn NoRows(
    /// The query, as the address has it.
    query: Memo<String>,
    /// Asks for another query.
    set_query: Callback<String>,
    /// How far the list is.
    status: Memo<ListStatus>,
) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    // How many match without each part, asked for where nothing matches.
    let counts = RwSignal::new(Vec::<Option<usize>>::new());
    Effect::new(move |_| {
        let parts = parse(&query.get());
        counts.set(Vec::new());
        let asks = status.with(|status| *status == ListStatus::Complete) && parts.tokens.len() <= TRIED;
        if asks && !Preset::Mine.is_pressed(&parts) {
            let client = stores.with_value(|stores| stores.client.clone());
            spawn_local_scoped_with_cancellation(async move {
                let mut found = Vec::new();
                for index in 0..parts.tokens.len() {
                    let rest = parts.without(index).to_string();
                    let answer = calls::list(&client, &rest, 1, 0, true).await;
                    found.push(answer.ok().and_then(|page| usize::try_from(page.count?).ok()));
                }
                counts.try_set(found);
            });
        }
    });
    move || {
        if matches!(status.get(), ListStatus::Refused(_)) {
            return ().into_any();
        }
        let parts = parse(&query.get());
        let all = move |(): ()| set_query.run(String::new());
        if Preset::Mine.is_pressed(&parts) {
            let creates = stores.with_value(|stores| stores.features.create);
            return nothing_of_mine(Callback::new(all), creates);
        }
        if parts.is_empty() {
            return view! {
                <StateBlock mark="plus" title="There are no workspaces" text="This control plane has none, or you have no access to them."/>
            }
            .into_any();
        }
        let title = nothing_in_words(&parts);
        let found = counts.get();
        let Some(drop) = what_to_drop(&parts, &found) else {
            let text = "Nothing matches either when one part of the filter is left out.";
            return view! { <StateBlock mark="filter" title text><Button on_click=all>"Show all workspaces"</Button></StateBlock> }
                .into_any();
        };
        let token = drop.token.to_string();
        let left_out = if parts.tokens.len() == 1 { "it" } else { token.as_str() };
        let text = match drop.count {
            Some(1) => format!("1 workspace without {left_out}."),
            Some(count) => format!("{count} workspaces without {left_out}."),
            None => String::new(),
        };
        let rest = drop.rest.to_string();
        view! {
            <StateBlock mark="filter" title text>
                <Button on_click=move |()| set_query.run(rest.clone())>{format!("Remove {token}")}</Button>
            </StateBlock>
        }
        .into_any()
    }
}

/// An account without a workspace: where they are made.
fn nothing_of_mine(all: Callback<()>, creates: bool) -> AnyView {
    let text = "A workspace is made from a template: choose one here, or use “coder create” on the command line. It appears here by itself.";
    view! {
        <StateBlock mark="plus" title="You have no workspaces yet" text>
            {creates.then(|| view! { <a class="btn fill" href=paths::templates()>"New workspace"</a> })}
            <Button on_click=all>"Show all that you may see"</Button>
        </StateBlock>
    }
    .into_any()
}
