//! Signing in: a password, a pasted token, or single sign-on where it can work; every refusal in its own words, what
//! was typed is kept (docs/look.md, "Sign-in"). A control plane without a first user is set up instead.

use crate::api::error::ApiError;
use crate::browser::{address, page};
use crate::components::banner::{Banner, BannerTone};
use crate::components::button::Button;
use crate::components::field::{Field, FieldKind};
use crate::components::icon::icon;
use crate::panels::brand::{name, title};
use crate::panels::go::{Go, use_go, use_param};
use crate::panels::problem::{TEST_THE_CONNECTION, connection_way};
use crate::panels::waiting::being_asked;
use crate::paths;
use crate::store::session::{SessionState, SignInRefusal, Why, is_suspended, sign_in_refusal, single_sign_on_works};
use crate::store::use_stores;
use crate::wire::auth::AuthMethods;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use std::sync::Arc;

mod texts {
    pub(super) const TITLE: &str = "Sign in";
    pub(super) const NO_PASSWORDS: &str = "This control plane takes no passwords.";
    pub(super) const ENDED: &str = "Your session ended.";
    pub(super) const ELSEWHERE: &str = "You signed out in another tab.";
    pub(super) const UNDER_WAY: &str = "This was under way when the session ended.";
    pub(super) const RETURN: &str = "You return to where you were.";
    pub(super) const NO_EMAIL: (&str, &str) = ("This is no e-mail address.", "It needs an @, as in name@example.com.");
    pub(super) const EMPTY_EMAIL: (&str, &str) =
        ("The e-mail is missing.", "It is the one of your account on this control plane.");
    pub(super) const EMPTY_PASSWORD: (&str, &str) = ("The password is missing.", "");
    pub(super) const WRONG: (&str, &str) = ("Incorrect e-mail or password.", "");
    /// What the control plane says then.
    pub(super) const THEIR_WRONG: &str = "Incorrect email or password.";
    pub(super) const NO_TOKEN: (&str, &str) = ("The token is missing.", "Copy one from the control plane.");
    pub(super) const ODD_TOKEN: (&str, &str) =
        ("This is no token of a control plane.", "It has 10 characters, a hyphen and 22 characters.");
    pub(super) const DEAD_TOKEN: (&str, &str) =
        ("The control plane does not know this token.", "It may have expired, or belong to another control plane.");
    pub(super) const RELEASE: &str = concat!("Gantry ", env!("CARGO_PKG_VERSION"));
    pub(super) const CONNECTION: &str = "Connection";
    pub(super) const KEPT: &str = "What you typed is kept.";
}

/// What is wrong, and where it stands.
#[derive(Clone, PartialEq, Eq)]
enum Refusal {
    Email(String, String),
    Password(String, String),
    Token(String, String),
    Whole(String, String),
    /// The whole, for a reason that the self-test of the connection can find.
    Connection(String, String),
}

fn refusal(pair: (&str, &str), at: fn(String, String) -> Refusal) -> Refusal {
    at(pair.0.to_owned(), pair.1.to_owned())
}

/// What to say about a refused sign-in, and where.
fn place(error: &ApiError, by_token: bool, host: &str) -> Refusal {
    let detail = error.detail.clone().filter(|detail| *detail != error.message).unwrap_or_default();
    match sign_in_refusal(error, by_token) {
        SignInRefusal::Credentials if error.message == texts::THEIR_WRONG => refusal(texts::WRONG, Refusal::Password),
        SignInRefusal::Credentials => Refusal::Password(error.message.clone(), detail),
        SignInRefusal::Token => refusal(texts::DEAD_TOKEN, Refusal::Token),
        SignInRefusal::Field(field, text) if field == "email" => {
            Refusal::Email("The control plane does not take this e-mail.".into(), text)
        }
        SignInRefusal::Field(field, text) if field == "password" => {
            Refusal::Password("The control plane does not take this password.".into(), text)
        }
        SignInRefusal::Field(field, text) => Refusal::Whole(error.message.clone(), format!("{field}: {text}")),
        SignInRefusal::Suspended | SignInRefusal::NotAllowed(_) => Refusal::Whole(error.message.clone(), detail),
        SignInRefusal::Other(_) => Refusal::Whole(error.message.clone(), kept(&detail)),
        SignInRefusal::TooOften(after) => {
            let again = after.map_or_else(String::new, |ms| format!("Try again in {} s.", (ms + 999) / 1000));
            Refusal::Whole(error.message.clone(), kept(&again))
        }
        SignInRefusal::Elsewhere(title, text) => Refusal::Connection(title, kept(&text)),
        SignInRefusal::Unreachable(text) => Refusal::Connection(format!("{host} does not answer."), kept(&text)),
    }
}

/// What there is to say, and that it need not be typed again.
fn kept(text: &str) -> String {
    if text.is_empty() { texts::KEPT.to_owned() } else { format!("{text} {}", texts::KEPT) }
}

/// Whether what was refused is the password itself: then it is not kept. Whatever else went wrong, it need not be typed
/// again.
fn wipes_password(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Password(..))
}

/// Whether a text can be a session token: 10 characters, a hyphen, 22 characters.
fn is_token(text: &str) -> bool {
    text.split_once('-').is_some_and(|(id, secret)| {
        let plain = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric());
        id.len() == 10 && secret.len() == 22 && plain(id) && plain(secret)
    })
}

/// Host and port of an address.
fn host_of(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#']).next()?;
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

/// What the control plane says before anyone is signed in.
#[derive(Clone, PartialEq)]
struct Offer {
    methods: Arc<AuthMethods>,
    /// Address at which users reach the control plane, once it has said so.
    dashboard: Option<String>,
}

/// The page.
#[component]
pub(crate) fn SignIn() -> impl IntoView {
    page::set_title(&title(texts::TITLE));
    let stores = use_stores();
    let go = use_go();
    // The way back that one came with: signing in changes the address before this page is gone.
    let asked = use_way_back().get_untracked();
    let back = Signal::stored(asked.unwrap_or_else(|| paths::workspaces(None)));
    let session = stores.session.clone();
    session.load_methods();
    let state = session.state.clone();
    // Who is signed in already, or finds no users at all, has nothing to do here.
    Effect::new(move |_| match state.get() {
        SessionState::SignedIn(_) => go.instead(back.get()),
        SessionState::SetupNeeded => go.instead(paths::setup()),
        _ => {}
    });
    let (methods, build_info) = (session.methods.clone(), session.build_info.clone());
    let dashboard =
        Memo::new(move |_| build_info.get().map(|info| info.dashboard_url.clone()).filter(|url| !url.is_empty()));
    // The form stands as soon as the methods are known. The address comes by another answer and must not draw it anew:
    // somebody may be typing.
    let offer = Memo::new(move |_| methods.get());
    let again = Callback::new(move |()| {
        session.methods.set(None);
        session.load_methods();
    });
    let body = move || match offer.get() {
        None => view! { <p class="soft" role="status">"Asking the control plane how to sign in"</p> }.into_any(),
        Some(Err(error)) => unanswered(&error, again),
        Some(Ok(methods)) => view! { <Ways methods dashboard back go/> }.into_any(),
    };
    let host = move || dashboard.get().as_deref().and_then(host_of).unwrap_or_else(page::host);
    view! {
        <div class="sign">
            <div class="brand">
                <p class="mark">{icon("mark")}{name()}</p>
                <h1 tabindex="-1">{move || format!("Sign in to {}", host())}</h1>
            </div>
            <Ended/>
            {body}
            <p class="small muted">{texts::RELEASE}" · "<a href=paths::connection()>{texts::CONNECTION}</a></p>
        </div>
    }
}

/// Where the address says that one came from, if that is a page of this app. The browser reads it first: what looks
/// like a path to us may be another host to it.
fn use_way_back() -> Memo<Option<String>> {
    let (back, _) = use_param("back");
    Memo::new(move |_| back.get().and_then(|back| address::resolve(&back)).filter(|path| paths::is_way_back(path)))
}

/// Why one is here, if a session ended.
#[component]
fn Ended() -> impl IntoView {
    let state = use_stores().session.state;
    let back = use_way_back();
    let ended = Memo::new(move |_| {
        state.with(|state| match state {
            SessionState::SignedOut { why: Why::Ended(error), .. } if is_suspended(error) => {
                Some(error.message.clone())
            }
            SessionState::SignedOut { why: Why::Ended(_), .. } => Some(texts::ENDED.to_owned()),
            SessionState::SignedOut { why: Why::Elsewhere, .. } => Some(texts::ELSEWHERE.to_owned()),
            _ => None,
        })
    });
    let left = use_stores().operations.left();
    // What signing out left half way is not left without a word.
    let under_way =
        Memo::new(move |_| left.with(|left| left.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" ")));
    let returns = move || if back.with(Option::is_some) { texts::RETURN } else { "" };
    view! {
        {move || ended.get().map(|title| view! { <Banner tone=BannerTone::Info title text=returns()/> })}
        {move || Some(under_way.get()).filter(|text| !text.is_empty()).map(|text| view! { <Banner tone=BannerTone::Warn title=texts::UNDER_WAY text/> })}
    }
}

fn unanswered(error: &ApiError, again: Callback<()>) -> AnyView {
    let title =
        if error.is_unreachable() { format!("{} does not answer.", page::host()) } else { error.message.clone() };
    let text = if error.is_unreachable() { error.sentence() } else { error.detail.clone().unwrap_or_default() };
    let request = error
        .request_id
        .clone()
        .map(|id| view! { <p class="small muted">"Request id "<span class="mono">{id}</span></p> });
    view! {
        <Banner tone=BannerTone::Bad title text/>
        {request}
        <Button class="fill" on_click=again>"Try now"</Button>
        {connection_way(error).map(|(words, href)| view! { <a class="btn" href=href>{words}</a> })}
    }
    .into_any()
}

#[component]
fn Ways(
    methods: Arc<AuthMethods>,
    dashboard: Memo<Option<String>>,
    #[prop(into)] back: Signal<String>,
    go: Go,
) -> impl IntoView {
    let refused = RwSignal::new(None::<Refusal>);
    let passwords = methods.password();
    // What was typed outlives a look at the other way of signing in.
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let by_token = RwSignal::new(false);
    let single = move || Offer { methods: methods.clone(), dashboard: dashboard.get() };
    let whole_banner = move || {
        refused.get().and_then(|refused| match refused {
            Refusal::Whole(title, text) => Some(view! { <Banner tone=BannerTone::Bad title text/> }.into_any()),
            Refusal::Connection(title, text) => Some(
                view! {
                    <Banner tone=BannerTone::Bad title text>
                        <a class="btn s" href=paths::connection()>{TEST_THE_CONNECTION}</a>
                    </Banner>
                }
                .into_any(),
            ),
            _ => None,
        })
    };
    view! {
        {whole_banner}
        {move || {
            if by_token.get() {
                ().into_any()
            } else if passwords {
                view! { <Password refused email password back go/> }.into_any()
            } else {
                view! { <p class="soft">{texts::NO_PASSWORDS}</p> }.into_any()
            }
        }}
        {move || view! { <SingleSignOn offer=single() back first=!passwords/> }}
        <details on:toggle=move |event| by_token.set(crate::browser::dom::popover_opened(&event))>
            <summary>{icon("right")}"Use a token instead"</summary>
        </details>
        {move || by_token.get().then(|| view! { <Token refused back go/> })}
    }
}

#[component]
fn Password(
    refused: RwSignal<Option<Refusal>>,
    email: RwSignal<String>,
    password: RwSignal<String>,
    #[prop(into)] back: Signal<String>,
    go: Go,
) -> impl IntoView {
    let stores = use_stores();
    let busy = RwSignal::new(false);
    let email_node = NodeRef::new();
    let password_node = NodeRef::new();
    let email_error = Signal::derive(move || match refused.get() {
        Some(Refusal::Email(first, rest)) => Some((first, rest)),
        _ => None,
    });
    let password_error = Signal::derive(move || match refused.get() {
        Some(Refusal::Password(first, rest)) => Some((first, rest)),
        _ => None,
    });
    let show = move |refusal: Refusal| {
        let node: NodeRef<leptos::html::Input> =
            if matches!(refusal, Refusal::Email(..)) { email_node } else { password_node };
        refused.set(Some(refusal));
        if let Some(node) = node.get_untracked() {
            let _focused = node.focus();
        }
    };
    let send = move || {
        let (address, secret) = (email.get_untracked().trim().to_owned(), password.get_untracked());
        if address.is_empty() {
            return show(refusal(texts::EMPTY_EMAIL, Refusal::Email));
        }
        if !address.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()) {
            return show(refusal(texts::NO_EMAIL, Refusal::Email));
        }
        if secret.is_empty() {
            return show(refusal(texts::EMPTY_PASSWORD, Refusal::Password));
        }
        refused.set(None);
        busy.set(true);
        let session = stores.session.clone();
        spawn_local_scoped_with_cancellation(async move {
            let answer = session.sign_in(&address, &secret).await;
            busy.try_set(false);
            match answer {
                Ok(()) => go.instead(back.get_untracked()),
                Err(error) => {
                    let refusal = place(&error, false, &page::host());
                    if wipes_password(&refusal) {
                        password.try_set(String::new());
                    }
                    show(refusal);
                }
            }
        });
    };
    let busy_reason = Signal::derive(move || being_asked(busy.get()));
    view! {
        <form novalidate=true on:submit=move |event| { event.prevent_default(); if !busy.get_untracked() { send(); } }>
            <Field label="E-mail" kind=FieldKind::Email value=email error=email_error placeholder=Signal::derive(|| Some("name@example.com".to_owned())) node=email_node autofocus=true/>
            <Field label="Password" kind=FieldKind::Password value=password error=password_error node=password_node/>
            <Button class="fill" submit=true reason=busy_reason on_click=|()| ()>{move || if busy.get() { "Signing in" } else { "Sign in" }}</Button>
        </form>
    }
}

/// Where a way of signing in begins below the API's root, given the path to return to.
type Way = fn(&str) -> String;

#[component]
fn SingleSignOn(offer: Offer, #[prop(into)] back: Signal<String>, first: bool) -> impl IntoView {
    let here = page::host();
    let access = offer.dashboard.as_deref().and_then(host_of);
    let works = use_stores()
        .session
        .build_info
        .with_untracked(|info| info.as_ref().is_some_and(|info| single_sign_on_works(info, &here)));
    let mut ways: Vec<(String, Way)> = Vec::new();
    if let Some(oidc) = offer.methods.oidc() {
        let text = Some(oidc.sign_in_text.clone()).filter(|text| !text.is_empty());
        ways.push((text.unwrap_or_else(|| "OpenID Connect".into()), paths::oidc));
    }
    if offer.methods.github() {
        ways.push(("GitHub".into(), paths::github));
    }
    if ways.is_empty() {
        return ().into_any();
    }
    let note = crate::components::unique_id("sso");
    let reason = match access {
        Some(access) => format!(
            "{} would return to {access}, not to this page at {here}.",
            if ways.len() == 1 { "This" } else { "Both" }
        ),
        None => "The control plane does not say where it would return to.".to_owned(),
    };
    let token_page = untrack(|| use_stores().dashboard()).map(|dashboard| paths::token_page(&dashboard));
    let client = StoredValue::new(use_stores().client);
    let buttons = ways
        .into_iter()
        .enumerate()
        .map(|(index, (text, href))| {
            if works {
                let class = if first && index == 0 { "btn fill" } else { "btn" };
                view! { <a class=class rel="external" href=move || client.with_value(|client| client.url(&href(&back.get())))>{text}</a> }.into_any()
            } else {
                view! { <button class="btn" type="button" aria-disabled="true" aria-describedby=note.clone()>{text}</button> }.into_any()
            }
        })
        .collect_view();
    view! {
        {(!first).then(|| view! { <p class="or">"or"</p> })}
        <div class="pair">{buttons}</div>
        {(!works).then(|| view! {
            <p class="note" id=note.clone()>
                {reason}
                {token_page.map(|page| view! { " "<a href=page rel="external noreferrer" target="_blank">"Get a token there"</a>" and use it below." })}
            </p>
        })}
    }
    .into_any()
}

#[component]
fn Token(refused: RwSignal<Option<Refusal>>, #[prop(into)] back: Signal<String>, go: Go) -> impl IntoView {
    let stores = use_stores();
    let dashboard = untrack(|| stores.dashboard());
    let token = RwSignal::new(String::new());
    let keep = RwSignal::new(true);
    let busy = RwSignal::new(false);
    let error = Signal::derive(move || match refused.get() {
        Some(Refusal::Token(first, rest)) => Some((first, rest)),
        _ => None,
    });
    let send = move || {
        let text = token.get_untracked().trim().to_owned();
        if text.is_empty() {
            return refused.set(Some(refusal(texts::NO_TOKEN, Refusal::Token)));
        }
        if !is_token(&text) {
            return refused.set(Some(refusal(texts::ODD_TOKEN, Refusal::Token)));
        }
        refused.set(None);
        busy.set(true);
        let session = stores.session.clone();
        spawn_local_scoped_with_cancellation(async move {
            let answer = session.sign_in_with_token(&text, keep.get_untracked()).await;
            busy.try_set(false);
            match answer {
                Ok(()) => go.instead(back.get_untracked()),
                Err(error) => {
                    refused.try_set(Some(place(&error, true, &page::host())));
                }
            }
        });
    };
    let busy_reason = Signal::derive(move || being_asked(busy.get()));
    // Where the control plane's own address leads here, its page for tokens is not to be reached.
    let source = dashboard.map(|dashboard| {
        let shown = host_of(&dashboard).unwrap_or_default();
        view! { "Copy one from "<a href=paths::token_page(&dashboard) rel="external noreferrer" target="_blank">{shown}</a> }
    });
    let run = if source.is_some() { ", or run " } else { "Run " };
    view! {
        <form novalidate=true on:submit=move |event| { event.prevent_default(); if !busy.get_untracked() { send(); } }>
            <Field label="Token" kind=FieldKind::Token value=token error autofocus=true/>
            <p class="note">"10 characters, a hyphen, 22 characters. "{source}{run}<code>"coder tokens create"</code>"."</p>
            <label class="tick">
                <input type="checkbox" prop:checked=move || keep.get() on:change=move |event| keep.set(event_target_checked(&event))/>
                "Keep it while this tab is open"
            </label>
            <Button class="fill" submit=true reason=busy_reason on_click=|()| ()>{move || if busy.get() { "Signing in" } else { "Sign in with the token" }}</Button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::error::Kind;

    #[test]
    fn tokens_are_told_from_other_text() {
        assert!(is_token("0123456789-0123456789abcdefghijkl"));
        for wrong in [
            "",
            "0123456789",
            "0123456789-0123456789abcdefghijk",
            "0123456789-0123456789abcdefghij l",
            "012345678-90123456789abcdefghijkl",
        ] {
            assert!(!is_token(wrong), "{wrong}");
        }
    }

    #[test]
    fn hosts_carry_their_port() {
        assert_eq!(host_of("https://Coder.example.com/x"), Some("coder.example.com".into()));
        assert_eq!(host_of("http://localhost:8080"), Some("localhost:8080".into()));
        assert_eq!(host_of("localhost"), None);
    }

    #[test]
    fn each_refusal_has_its_own_words() {
        let error = |kind, status, message: &str| ApiError { status: Some(status), ..ApiError::local(kind, message) };
        let wrong = place(&error(Kind::Unauthorized, 401, "Incorrect email or password."), false, "host");
        assert!(
            matches!(&wrong, Refusal::Password(title, rest) if title == "Incorrect e-mail or password." && rest.is_empty())
        );
        assert!(wipes_password(&wrong));
        // Whatever is not about the password keeps it, and says so where trying again is the next step.
        for (error, says) in [
            (ApiError::network(String::new()), true),
            (ApiError::timeout(1_000), true),
            (error(Kind::Server, 500, "Broken."), true),
            (error(Kind::Server, 502, "Bad gateway."), true),
            (error(Kind::NotJson, 502, "A page."), true),
            (error(Kind::NotJson, 200, "A page."), true),
            (error(Kind::Between, 401, "SignInRefusal on the way."), true),
            (error(Kind::Decode, 201, "Half an answer."), true),
            (error(Kind::RateLimited, 429, "Slow down."), true),
            (error(Kind::Forbidden, 403, "Password authentication is disabled."), false),
            (error(Kind::Unauthorized, 401, "Your account is suspended."), false),
        ] {
            let refusal = place(&error, false, "host");
            assert!(!wipes_password(&refusal), "{error:?}");
            assert!(
                matches!(&refusal, Refusal::Whole(_, text) | Refusal::Connection(_, text) if text.contains(texts::KEPT) == says),
                "{error:?}"
            );
        }
        let suspended = place(
            &error(Kind::Unauthorized, 401, "Your account is suspended. Contact an admin to reactivate your account."),
            false,
            "host",
        );
        assert!(matches!(suspended, Refusal::Whole(title, _) if title.contains("suspended")));
        let disabled = place(&error(Kind::Forbidden, 403, "Password authentication is disabled."), false, "host");
        assert!(matches!(disabled, Refusal::Whole(title, _) if title.contains("disabled")));
        let unreachable = place(&ApiError::network(String::new()), false, "host");
        assert!(
            matches!(unreachable, Refusal::Connection(title, text) if title == "host does not answer." && text.contains("kept"))
        );
    }
}
