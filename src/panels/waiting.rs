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

/// What is said while the control plane has not answered a request yet.
pub(crate) const BEING_ASKED: &str = "The control plane is being asked.";

/// The same as the reason why a button cannot be pressed, while that is so.
pub(crate) fn being_asked(is_asked: bool) -> Option<String> {
    is_asked.then(|| BEING_ASKED.to_owned())
}

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
