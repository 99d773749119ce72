//! A page that waits for its first answer: what it waits for, and, when that takes long, that nothing came yet and what
//! can be done. May import `store` and below.

use crate::components::button::Button;
use crate::components::skeleton::AfterAMoment;
use crate::components::state::StateBlock;
use crate::store::use_stores;
use leptos::prelude::*;

/// From here on it is said that the answer takes long, in milliseconds: a read is slow by then and asked for a second
/// time.
const LONG_MS: u64 = 5_000;

/// The state, the page's own heading.
pub(crate) fn waiting(title: &'static str) -> AnyView {
    let client = StoredValue::new(use_stores().client);
    let again = move |()| client.with_value(|client| client.again().notify_waiters());
    view! {
        <AfterAMoment>
            <StateBlock mark="clock" title page=true>
                <AfterAMoment ms=LONG_MS>
                    <p class="soft" role="status">"The control plane has not answered yet. Gantry asks again by itself."</p>
                    <Button on_click=again>"Ask again"</Button>
                </AfterAMoment>
            </StateBlock>
        </AfterAMoment>
    }
    .into_any()
}
