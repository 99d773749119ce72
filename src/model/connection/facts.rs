//! What was observed: answers as a page of their own origin sees them. Pure.

use json_tape::Tape;

/// An answer of whatever answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers, names in small letters.
    pub headers: Vec<(String, String)>,
    /// The beginning of its body.
    pub body: String,
    /// The browser's clock in the middle of the request, in Unix milliseconds.
    pub middle_ms: i64,
    /// How long it took.
    pub took_ms: i64,
}

impl Answer {
    /// A header by its name in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// A text of its JSON body, by key.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        let tape = Tape::parse(self.body.as_bytes()).ok()?;
        tape.root().get(key).text().map(str::to_owned)
    }

    /// Whether its body is JSON.
    pub(crate) fn is_json(&self) -> bool {
        Tape::parse(self.body.as_bytes()).is_ok_and(|tape| tape.root().object().is_some())
    }

    /// Whether it is a web page.
    pub(crate) fn is_page(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
            || self.body.trim_start().starts_with('<')
    }

    /// Whether it is the page of this very app, which a server gives for every address that it has no rule for.
    pub(crate) fn is_this_page(&self) -> bool {
        self.is_page() && self.body.contains("id=\"assets\"")
    }

    /// Whether the control plane itself speaks: by its envelope, its own id, or its text against forgery.
    pub(crate) fn is_of_the_control_plane(&self) -> bool {
        if self.is_page() {
            return false;
        }
        self.header("x-coder-request-id").is_some()
            || (self.is_json() && (self.text("message").is_some() || self.text("version").is_some()))
            || self.is_refused_as_forgery()
    }

    /// Whether it is the control plane's refusal for want of a proof that the page is its own.
    pub(crate) fn is_refused_as_forgery(&self) -> bool {
        self.status == 400 && self.body.to_ascii_lowercase().contains("csrf")
    }
}

/// What became of a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It was not asked.
    #[default]
    Unasked,
    /// It was answered.
    Answer(Answer),
    /// It was sent elsewhere; a browser does not tell where.
    Redirected,
    /// The connection was refused or broke.
    Nothing,
    /// No answer came for long.
    Silence,
}

impl Seen {
    /// The answer, if there is one.
    pub(crate) fn answer(&self) -> Option<&Answer> {
        match self {
            Seen::Answer(answer) => Some(answer),
            _ => None,
        }
    }
}

/// Why something was not tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Untried {
    /// Nobody is signed in.
    SignedOut,
    /// The session is by token, and sockets would show somebody else.
    ByToken,
    /// A token signs in, and there is no workspace whose socket could be opened with one.
    NoWorkspace,
}

/// What became of a web socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Socket {
    /// It was not tried.
    Untried(Untried),
    /// It was opened. `spoke`: whether anything came through it; `None` where calm is usual.
    Opened {
        /// Whether anything came.
        spoke: Option<bool>,
        /// How long opening took.
        took_ms: i64,
    },
    /// The handshake was refused.
    Refused {
        /// After what time.
        took_ms: i64,
    },
    /// The handshake was not answered.
    Silent,
}

/// Who is asking, as the client knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asking {
    /// By the browser's cookie.
    Cookie,
    /// By a pasted token.
    Token,
}

/// All that was observed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Scheme, host and port of this page.
    pub origin: String,
    /// Path of the app on it.
    pub base: String,
    /// Path of the API.
    pub api: String,
    /// This build of Gantry.
    pub version: String,
    /// Who is asking.
    pub asking: Asking,
    /// The name of who is signed in.
    pub user: Option<String>,
    /// `GET /buildinfo`.
    pub info: Seen,
    /// A picture of the control plane: the policy it comes with names the host under which it was asked.
    pub icon: Seen,
    /// `GET /users/me`.
    pub me: Seen,
    /// `GET /entitlements`.
    pub licence: Seen,
    /// A route of the API that no control plane has: it refuses in its own words.
    pub refused: Seen,
    /// A change that changes nothing, with the proof that Gantry sends.
    pub proved: Seen,
    /// The same without any proof.
    pub bare: Seen,
    /// A web socket.
    pub socket: Socket,
    /// The socket's address, asked for without an upgrade.
    pub socket_plain: Seen,
    /// The page itself.
    pub page: Seen,
    /// The application's file.
    pub asset: Seen,
    /// A file that no release has.
    pub missing: Seen,
    /// The pages that the configuration lets show panels.
    pub embed_origins: Vec<String>,
    /// The page of a panel; unasked where no page may show one.
    pub panel: Seen,
    /// The script that such pages load.
    pub script: Seen,
    /// Whether a script can read the session's cookie.
    pub cookie_is_visible: bool,
    /// Whether a password was taken in this tab and nobody was signed in all the same.
    pub cookie_was_lost: bool,
}

impl Facts {
    /// Host and port of this page.
    pub(crate) fn host(&self) -> &str {
        self.origin.split_once("://").map_or(self.origin.as_str(), |(_, host)| host)
    }

    /// Whether the API is there at all; what depends on it is not judged otherwise.
    pub(crate) fn api_is_there(&self) -> bool {
        self.info.answer().is_some_and(|answer| answer.status == 200 && answer.text("version").is_some())
    }
}
