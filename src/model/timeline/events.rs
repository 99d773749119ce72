//! What one line of a log says of one resource (docs/control-plane-api.md, 6.3): begins, goes on, ended, errored, was
//! planned; and the addresses of resources. Pure; imports nothing.

/// What a line says of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// It begins.
    Begin(Deed),
    /// It is still at it, for so many µs.
    Still(Deed, Option<i64>),
    /// It is done, after so many µs (rounded to seconds by Terraform).
    End(Deed, Option<i64>),
    /// It went wrong, after so many µs.
    Error(Deed, Option<i64>),
    /// A provisioner begins; its kind.
    Provision(String),
    /// A provisioner ended; whether well.
    Provisioned(bool),
    /// It will be created, deleted, …
    Planned(String),
    /// A line of its own output.
    Says,
}

/// What is done to a resource: words that begin and end belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Deed {
    Create,
    Delete,
    Update,
    Replace,
    Read,
    Refresh,
    Open,
    Renew,
    Close,
    Import,
}

impl Deed {
    /// Of the word with which it begins or goes on ("Creating", "creating").
    fn of_verb(verb: &str) -> Option<Self> {
        Some(match verb {
            "Creating" | "creating" => Self::Create,
            "Destroying" | "destroying" => Self::Delete,
            "Modifying" | "modifying" => Self::Update,
            "Replacing" | "replacing" => Self::Replace,
            "Reading" | "reading" => Self::Read,
            "Refreshing" | "refreshing" | "Refreshing state" => Self::Refresh,
            "Opening" | "opening" => Self::Open,
            "Renewing" | "renewing" => Self::Renew,
            "Closing" | "closing" => Self::Close,
            "Importing" | "importing" => Self::Import,
            _ => return None,
        })
    }

    /// Of the word with which it ends ("Creation").
    fn of_noun(noun: &str) -> Option<Self> {
        Some(match noun {
            "Creation" => Self::Create,
            "Destruction" => Self::Delete,
            "Modifications" => Self::Update,
            "Replacement" => Self::Replace,
            "Read" => Self::Read,
            "Refresh" => Self::Refresh,
            "Opening" => Self::Open,
            "Renewal" => Self::Renew,
            "Closing" => Self::Close,
            "Import" => Self::Import,
            _ => return None,
        })
    }

    /// The action as the timings of a succeeded build would name it. Reading a data source is told as a refresh.
    pub(super) fn action(self, address: &str) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Read => "read",
            Self::Refresh if is_data(address) => "read",
            Self::Refresh => "state refresh",
            Self::Open => "open",
            Self::Renew => "renew",
            Self::Close => "close",
            Self::Import => "import",
        }
    }
}

/// Whether an address is that of a data source, in whatever module.
pub(super) fn is_data(address: &str) -> bool {
    address.starts_with("data.") || plain_address(address).starts_with("data.")
}

/// Splits "address: what" at the first ": " that is in no key (`module.a["x: y"].b.c[0]`).
fn split_address(line: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b':' if !quoted => {
                let rest = line.get(at..)?.strip_prefix(": ")?;
                let address = line.get(..at)?;
                return (!address.is_empty() && looks_like_address(address)).then_some((address, rest));
            }
            _ => {}
        }
    }
    None
}

/// `type.name`, perhaps with modules, keys, "data." in front or "(deposed object …)" behind. Sentences are none.
pub(super) fn looks_like_address(text: &str) -> bool {
    let plain = without_keys(text);
    plain.contains('.') && !plain.contains(' ') && !plain.starts_with('.')
}

/// What a line says of which resource.
pub(super) fn event_of(line: &str) -> Option<(&str, Event)> {
    let (address, what) = split_address(line)?;
    let event = if let Some(rest) = what.strip_prefix("Still ") {
        let (verb, rest) = rest.split_once("...").or_else(|| rest.split_once('…'))?;
        Event::Still(Deed::of_verb(verb.trim())?, elapsed(rest))
    } else if let Some(rest) = what.strip_prefix("Provisioning with ") {
        let kind = rest.trim_end_matches(['.', '…']).trim_matches('\'');
        Event::Provision(kind.to_owned())
    } else if let Some(action) = what.strip_prefix("Plan to ") {
        Event::Planned(action.trim().to_owned())
    } else if what.starts_with('(') {
        let (_, rest) = what.split_once(')')?;
        match rest.trim() {
            "Provisioning complete" => Event::Provisioned(true),
            "Provisioning errored" => Event::Provisioned(false),
            _ => Event::Says,
        }
    } else if let Some((noun, rest)) = what.split_once(" complete")
        && let Some(deed) = Deed::of_noun(noun)
    {
        Event::End(deed, after(rest))
    } else if let Some((noun, rest)) = what.split_once(" errored")
        && let Some(deed) = Deed::of_noun(noun)
    {
        Event::Error(deed, after(rest))
    } else {
        let (verb, _) = what.split_once("...").or_else(|| what.split_once('…'))?;
        Event::Begin(Deed::of_verb(verb)?)
    };
    Some((address, event))
}

/// "[10s elapsed]", "[id=…, 00m10s elapsed]" as µs.
fn elapsed(text: &str) -> Option<i64> {
    let words = text.trim().trim_start_matches('[').strip_suffix("elapsed]")?;
    go_duration(words.trim().rsplit([' ', ',']).next()?)
}

/// " after 1m2s [id=…]" as µs.
fn after(text: &str) -> Option<i64> {
    go_duration(text.trim_start().strip_prefix("after ")?.split([' ', '[']).next()?)
}

/// A duration of whole units as Go writes it ("1h2m3s") as µs.
fn go_duration(text: &str) -> Option<i64> {
    let (mut total, mut number, mut any) = (0_i64, None::<i64>, false);
    for byte in text.bytes() {
        let unit = match byte {
            b'0'..=b'9' => {
                number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(i64::from(byte - b'0'))?);
                continue;
            }
            b'h' => 3_600_000_000,
            b'm' => 60_000_000,
            b's' => 1_000_000,
            _ => return None,
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
        any = true;
    }
    (any && number.is_none()).then_some(total)
}

/// An address without its keys, and without "(deposed object …)" behind.
fn without_keys(address: &str) -> String {
    let mut plain = String::with_capacity(address.len());
    let (mut quoted, mut depth, mut escaped) = (false, 0_u32, false);
    for char in address.chars() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => depth = depth.saturating_add(1),
            ']' if !quoted => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            char => plain.push(char),
        }
    }
    if let Some(end) = plain.find(" (") {
        plain.truncate(end);
    }
    plain
}

/// An address without its modules and keys: `module.a["x"].data.b.c[0]` is `data.b.c`.
pub(super) fn plain_address(address: &str) -> String {
    let plain = without_keys(address);
    let mut rest = plain.as_str();
    while let Some(inner) = rest.strip_prefix("module.") {
        let Some((_, below)) = inner.split_once('.') else { break };
        rest = below;
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests;
