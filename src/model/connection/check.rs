//! A verdict, and what stands beside it. Pure.

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grade {
    /// As it has to be.
    Good,
    /// Not as it should be; everything works all the same.
    Warn,
    /// Wrong.
    Bad,
    /// It cannot be told, and the text says why.
    Unknown,
}

/// What a verdict is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    Reachable,
    Host,
    Socket,
    Cookie,
    Forgery,
    Policy,
    Files,
    Frames,
    Clock,
    Version,
    Licence,
}

impl Topic {
    /// Its name on the page.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Topic::Reachable => "Reachable",
            Topic::Host => "Host preserved",
            Topic::Socket => "Web socket",
            Topic::Cookie => "Cookie",
            Topic::Forgery => "Authorization, CSRF",
            Topic::Policy => "CSP",
            Topic::Files => "Files and caching",
            Topic::Frames => "Panels in other pages",
            Topic::Clock => "Clock",
            Topic::Version => "Version",
            Topic::Licence => "Licence",
        }
    }
}

/// A line of what is known of a header: "Must arrive", "coder.example.com".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeaderRow {
    /// What is said.
    pub word: &'static str,
    /// What it is.
    pub value: String,
    /// Whether the value stands for itself (a header, a host) and is no sentence.
    pub is_literal: bool,
}

/// What to write into a server's configuration, with what stands around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snippet {
    /// Which server.
    pub server: &'static str,
    /// The lines before.
    pub before: &'static str,
    /// The lines that are missing.
    pub line: String,
    /// The lines after.
    pub after: &'static str,
}

/// A verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Check {
    /// What it is about.
    pub topic: Topic,
    /// How it is.
    pub grade: Grade,
    /// What is wrong, in a few words; empty where nothing is.
    pub finding: String,
    /// Why, and what that means.
    pub text: String,
    /// How long the question took.
    pub took_ms: Option<i64>,
    /// The reason in half a sentence, for the line that sums up; empty where this is no reason of its own.
    pub reason: String,
    /// What is known of the header that it is about.
    pub header: Vec<HeaderRow>,
    /// What mends it.
    pub snippets: Vec<Snippet>,
}

impl Check {
    fn new(topic: Topic, grade: Grade, finding: &str, text: impl Into<String>) -> Self {
        Self {
            topic,
            grade,
            finding: finding.to_owned(),
            text: text.into(),
            took_ms: None,
            reason: String::new(),
            header: Vec::new(),
            snippets: Vec::new(),
        }
    }

    pub(super) fn good(topic: Topic, text: impl Into<String>) -> Self {
        Self::new(topic, Grade::Good, "", text)
    }

    pub(super) fn unknown(topic: Topic, text: impl Into<String>) -> Self {
        Self::new(topic, Grade::Unknown, "", text)
    }

    pub(super) fn warn(topic: Topic, finding: &str, text: impl Into<String>) -> Self {
        Self::new(topic, Grade::Warn, finding, text)
    }

    pub(super) fn bad(topic: Topic, finding: &str, text: impl Into<String>) -> Self {
        Self::new(topic, Grade::Bad, finding, text)
    }

    pub(super) fn took(self, ms: i64) -> Self {
        Self { took_ms: Some(ms), ..self }
    }

    pub(super) fn because(self, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), ..self }
    }

    /// Names the header, and what is known of it; an empty value is left out.
    pub(super) fn of_header(self, name: &str, rows: &[(&'static str, &str)]) -> Self {
        let row = |word, value: &str, is_literal| HeaderRow { word, value: value.to_owned(), is_literal };
        let mut header = vec![row("Header", name, true)];
        header.extend(
            rows.iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(word, value)| row(word, value, !value.starts_with('—'))),
        );
        Self { header, ..self }
    }

    /// Says what to write, for nginx and for Caddy, into the place that leads to the control plane.
    pub(super) fn mended_by(self, nginx: &str, caddy: &str) -> Self {
        let snippets = vec![
            Snippet {
                server: "nginx",
                before: "location /api/ {\n  proxy_pass http://coder.internal:3000;\n",
                line: indented(nginx, "  "),
                after: "  # the rest stays as it is\n}",
            },
            Snippet {
                server: "Caddy",
                before: "handle /api/* {\n  reverse_proxy coder.internal:3000 {\n",
                line: indented(caddy, "    "),
                after: "  }\n}",
            },
        ];
        Self { snippets, ..self }
    }

    /// Says what to write where panels of other pages are let in: for nginx with the lines around it, for Caddy one
    /// line.
    pub(super) fn mended_at_the_panels_by(
        self,
        before: &'static str,
        nginx: &str,
        after: &'static str,
        caddy: &str,
    ) -> Self {
        let snippets = vec![
            Snippet { server: "nginx", before, line: format!("{nginx}\n"), after },
            Snippet { server: "Caddy", before: "", line: caddy.to_owned(), after: "" },
        ];
        Self { snippets, ..self }
    }

    /// Says what to write at the place of the files.
    pub(super) fn mended_at_the_files_by(self, nginx: &str, caddy: &str) -> Self {
        let snippets = vec![
            Snippet {
                server: "nginx",
                before: "location / {\n  root /srv/gantry;\n",
                line: indented(nginx, "  "),
                after: "}",
            },
            Snippet {
                server: "Caddy",
                before: "handle {\n  root * /srv/gantry\n",
                line: indented(caddy, "  "),
                after: "}",
            },
        ];
        Self { snippets, ..self }
    }

    /// Says what to write, whole.
    pub(super) fn mended_whole_by(self, nginx: &str, caddy: &str) -> Self {
        let whole = |server, text: &str| Snippet { server, before: "", line: indented(text, ""), after: "" };
        Self { snippets: vec![whole("nginx", nginx), whole("Caddy", caddy)], ..self }
    }
}

fn indented(text: &str, by: &str) -> String {
    text.lines().flat_map(|line| [by, line, "\n"]).collect()
}
