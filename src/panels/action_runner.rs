//! Where actions are asked for: at once, or after a question with its consequences (`model::actions::confirmation`).
//! Driven by `store::operations`. May import `store` and below.

use crate::components::menu::MenuItem;
use crate::model::actions::{self, Action, Offer, Viewer};
use crate::model::operation::{BuildInput, Setting};
use crate::model::permission::{Act, Right, Rights};
use crate::model::row::Row;
use crate::paths::{self, BuildWish};
use crate::store::{Stores, use_stores};
use leptos::prelude::*;

/// Whoever used a workspace within this time is taken to be there still: its agent tells of sessions every half minute,
/// and the control plane writes it down a little later.
const IN_USE_MS: i64 = 120_000;

/// Runs the actions of one page; `Copy`, so that every row’s callbacks can hold it.
#[derive(Clone, Copy)]
pub(crate) struct ActionRunner {
    pub(super) stores: StoredValue<Stores>,
    pub(super) asked: RwSignal<Option<(Row, Action)>>,
}

/// The runner of one page; put `questions::Questions` into its view.
pub(crate) fn use_action_runner() -> ActionRunner {
    ActionRunner { stores: StoredValue::new(use_stores()), asked: RwSignal::new(None) }
}

impl ActionRunner {
    /// Who looks at a row, and how; tracked.
    pub(crate) fn viewer(&self, row: &Row, stale: bool) -> Viewer {
        self.stores.with_value(|stores| {
            let user = stores.session.user();
            let may = |act| stores.permissions.on_row(row, act);
            Viewer {
                may: Rights {
                    start: may(Act::Start),
                    stop: may(Act::Stop),
                    delete: may(Act::Delete),
                    update: may(Act::Update),
                    template: stores.permissions.may(Right::UpdateTemplate { template: row.template_id }),
                    debug: stores.permissions.debug_builds(row),
                },
                in_use: row.last_used_ms.is_some_and(|at| stores.clock.now() - at < IN_USE_MS),
                user_id: user.as_ref().map(|user| user.user.id).unwrap_or_default(),
                site_owner: user.is_some_and(|user| user.is_owner()),
                looks_only: stores.client.looks_only(),
                offline: stores.net.offline.with(Option::is_some),
                stale,
                busy: stores.operations.busy(row.id),
                held: stores.operations.is_held(row.id),
            }
        })
    }

    /// Does what was asked for, or asks first.
    pub(crate) fn ask(&self, row: &Row, action: Action) {
        if actions::asks(row, &untrack(|| self.viewer(row, false)), action) {
            self.asked.set(Some((row.clone(), action)));
        } else {
            self.run(row, action);
        }
    }

    /// Begins an action, without a question.
    pub(super) fn run(&self, row: &Row, action: Action) {
        self.stores.with_value(|stores| {
            stores.operations.start(row.id, action);
        });
    }

    /// Begins an action with what is said of its build: values of parameters, a version, a preset. False if it cannot
    /// be begun now: what is under way is seen in the row.
    pub(crate) fn run_with(&self, row: &Row, action: Action, input: BuildInput) -> bool {
        self.stores.with_value(|stores| stores.operations.start_with(row.id, action, input))
    }

    /// Begins to set what was said: a name. False if it cannot be begun now.
    pub(crate) fn set(&self, row: &Row, action: Action, setting: Setting) -> bool {
        self.stores.with_value(|stores| stores.operations.set(row.id, action, setting))
    }

    /// The entries of a row's menu; tracked, so that an open menu follows the row.
    pub(crate) fn items(&self, row: &Row, stale: bool) -> Vec<MenuItem> {
        let runner = *self;
        let viewer = self.viewer(row, stale);
        let mut items: Vec<MenuItem> = actions::menu(row, &viewer)
            .into_iter()
            .map(|offer| {
                let Offer { action, label, .. } = offer.clone();
                let row = row.clone();
                MenuItem {
                    hint: offer.note(),
                    disabled: !offer.is_enabled(),
                    danger: action == Action::Delete,
                    separated: action == Action::Delete,
                    ..MenuItem::new(label, move || runner.ask(&row, action))
                }
            })
            .collect();
        let way = |label: &str, to: String, is_open: bool, why: &str| MenuItem {
            href: is_open.then_some(to),
            disabled: !is_open,
            hint: if is_open { String::new() } else { why.to_owned() },
            ..MenuItem::new(label, || ())
        };
        let like = paths::duplicate(&row.organization_name, &row.template_slug, &row.id.to_string());
        let creates = self.stores.with_value(|stores| stores.features.create);
        let duplicate = way("Duplicate…", like, creates, "creating is switched off on this site");
        let form = paths::parameters(&row.owner_name, &row.name, BuildWish::Any, None);
        let why = actions::Reason::SwitchedOff.text();
        let other_values = way("Build with other parameters…", form, !viewer.looks_only, &why);
        // What destroys stands last.
        let last = items.iter().position(|item| item.danger).unwrap_or(items.len());
        items.splice(last..last, [other_values, duplicate]);
        items
    }
}

/// The reason of an offer that is disabled.
pub(crate) fn reason(offer: &Offer) -> Option<String> {
    offer.enabled.as_ref().err().map(actions::Reason::text)
}
