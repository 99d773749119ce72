//! What the form begins with beside the address: the workspace that is to be copied, and the one that a link would
//! rather open. May import `panels` and below.

use crate::api::workspaces as calls;
use crate::api::{builds, error::ApiError};
use crate::model::creation::Autofill;
use crate::panels::asked::Answered;
use crate::panels::go::use_go;
use crate::paths;
use crate::store::use_stores;
use crate::wire::id::Id;
use crate::wire::parameter::ParameterValue;
use crate::wire::template::Template;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use std::sync::Arc;

/// What is copied.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Source {
    /// The workspace's name.
    pub name: Option<String>,
    pub version: Option<Id>,
    pub template: Option<Id>,
    pub values: Vec<ParameterValue>,
    /// What could not be read, in a sentence.
    pub trouble: Option<String>,
}

/// What is copied, once it is known.
#[derive(Clone, Copy)]
pub(super) struct Copied(RwSignal<Option<Source>>);

impl Copied {
    /// Whether the form can begin. Tracked.
    pub(super) fn is_settled(self) -> bool {
        self.0.with(Option::is_some)
    }

    pub(super) fn get(self) -> Source {
        self.0.get().unwrap_or_default()
    }
}

fn trouble(error: &ApiError) -> Source {
    let text = format!(
        "The workspace that is to be copied could not be read: {} The form begins with what the template says.",
        error.sentence()
    );
    Source { trouble: Some(text), ..Source::default() }
}

/// Reads the workspace that is to be copied, and the values that its latest build had.
pub(super) fn copied(autofill: &Autofill) -> Copied {
    let source = RwSignal::new(None);
    match &autofill.copied {
        None => source.set(Some(Source::default())),
        Some(Err(text)) => source.set(Some(Source {
            trouble: Some(format!("“{text}” is no workspace’s id. The form begins with what the template says.")),
            ..Source::default()
        })),
        Some(Ok(id)) => {
            let (id, client) = (*id, use_stores().client);
            spawn_local_scoped_with_cancellation(async move {
                let workspace = match calls::by_id(&client, id).await {
                    Ok(workspace) => workspace,
                    Err(error) => {
                        source.try_set(Some(trouble(&error)));
                        return;
                    }
                };
                let read = builds::parameters(&client, workspace.latest_build.id).await;
                let known = Source {
                    name: Some(workspace.name.clone()),
                    version: Some(workspace.latest_build.template_version_id).filter(|id| *id != Id::NIL),
                    template: Some(workspace.template_id),
                    ..match read {
                        Ok(values) => Source { values, ..Source::default() },
                        Err(error) => trouble(&error),
                    }
                };
                source.try_set(Some(known));
            });
        }
    }
    Copied(source)
}

/// Whether it is settled that no workspace is there that a link would rather open; if one is, it is gone to.
pub(super) fn matched(autofill: Arc<Autofill>, template: Answered<Template>) -> Memo<bool> {
    let settled = RwSignal::new(autofill.wanted.is_none());
    let (go, client) = (use_go(), use_stores().client);
    let asked = StoredValue::new(false);
    Effect::new(move |_| {
        let Some(template) = template.ready() else { return };
        let Some(query) = autofill.search(&template.name) else { return };
        if asked.try_update_value(|asked| std::mem::replace(asked, true)) != Some(false) {
            return;
        }
        let client = client.clone();
        spawn_local_scoped_with_cancellation(async move {
            // Where it cannot be looked for, the question whether to make one stands before anything is made.
            let found = calls::list(&client, &query, 1, 0, false).await.ok();
            match found.and_then(|page| page.rows.into_iter().next()) {
                Some(row) => go.instead(paths::workspace(&row.owner_name, &row.name)),
                None => {
                    settled.try_set(true);
                }
            }
        });
    });
    Memo::new(move |_| settled.get())
}
