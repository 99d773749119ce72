//! The question for another name: the rule, what a rename changes, and the control plane's answer, for which it stays
//! open, so that nothing is typed twice. May import `store` and below.

use super::line::line;
use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::components::unique_id;
use crate::model::actions::{self, Action, Consequence, Weight};
use crate::model::operation::Setting;
use crate::model::row::Row;
use crate::panels::action_runner::ActionRunner;
use crate::panels::refusal::refused_action;
use crate::panels::sending::{Sending, sending};
use crate::panels::waiting::being_asked;
use leptos::prelude::*;

/// The question.
#[component]
pub(super) fn Rename(
    /// What runs the action.
    runner: ActionRunner,
    /// The workspace.
    row: Row,
) -> impl IntoView {
    let typed = RwSignal::new(row.name.to_string());
    let busy = RwSignal::new(None::<String>);
    let touched = RwSignal::new(false);
    let close = move || runner.asked.set(None);
    let id = row.id;
    let Sending { under_way: sent, refused } = sending(runner, move || Some(id), move |_| close());
    let old = row.name.to_string();
    let hindrance = Memo::new(move |_| typed.with(|typed| actions::why_no_name(&old, typed)));
    let error = Memo::new(move |_| {
        let unfit = hindrance.get().filter(|_| touched.get());
        unfit.or_else(|| busy.get())
    });
    let is_wrong = Memo::new(move |_| error.with(Option::is_some) || refused.with(Option::is_some));
    let reason = Signal::derive(move || being_asked(sent.get()).or_else(|| hindrance.get()));
    let named = row.clone();
    let go = move || {
        if reason.with_untracked(Option::is_none) {
            refused.set(None);
            busy.set(None);
            let to = typed.get_untracked();
            let begun = runner.set(&named, Action::Rename, Setting::Rename { to });
            sent.set(begun);
            if !begun {
                let name = &named.name;
                busy.set(Some(format!("Something else is under way with {name}: rename it after that is over.")));
            }
        }
    };
    let field = unique_id("name");
    let (note, rule) = (unique_id("why"), unique_id("rule"));
    let described = format!("{note} {rule}");
    let consequences = [
        (Weight::Change, "Links and SSH names with the old name lead nowhere any more."),
        (
            Weight::Change,
            "A template may name resources after the workspace: its next start makes these anew, without their data.",
        ),
    ];
    let lines = consequences.map(|(weight, text)| line(Consequence { weight, text: text.to_owned() }));
    view! {
        <Dialog title=format!("Rename {}?", row.name) on_close=move |()| close()>
            <form on:submit=move |event| { event.prevent_default(); go(); }>
                <div class="body">
                    <ul class="facts-list">{lines.into_iter().collect_view()}</ul>
                    <div class="lf">
                        <label for=field.clone()>"New name"</label>
                        <span class="field" class:bad-value=move || is_wrong.get()>
                            <input id=field.clone() type="text" autocomplete="off" autocapitalize="none" spellcheck="false" autofocus=true
                                aria-invalid=move || is_wrong.get().then_some("true")
                                aria-describedby=described.clone()
                                prop:value=move || typed.get()
                                on:input=move |event| {
                                    typed.set(event_target_value(&event));
                                    touched.set(true);
                                    refused.set(None);
                                    busy.set(None);
                                }/>
                        </span>
                        <p class="note bad" id=note role="alert">{move || error.get()}</p>
                        {move || refused.get().map(|report| refused_action(&report))}
                        <p class="note" id=rule>"Letters from a to z, digits, and single hyphens between them; at most 32 characters."</p>
                    </div>
                </div>
                <footer>
                    <Button on_click=move |()| close()>"Keep its name"</Button>
                    <Button class="fill" submit=true reason on_click=|()| ()>{format!("Rename {}", row.name)}</Button>
                </footer>
            </form>
        </Dialog>
    }
}
