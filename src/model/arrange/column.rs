//! The columns of a list. Pure.

/// A column. Each stands in addresses and in storage by its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Column {
    Name,
    Owner,
    Template,
    Status,
    Next,
    Used,
    Cost,
    Created,
    Version,
    Organization,
    Agents,
    Health,
    Apps,
    Parameters,
    Dormant,
}

impl Column {
    /// All of them, in the order in which they are offered.
    pub(crate) const ALL: [Column; 15] = [
        Column::Name,
        Column::Owner,
        Column::Template,
        Column::Status,
        Column::Next,
        Column::Used,
        Column::Cost,
        Column::Created,
        Column::Version,
        Column::Organization,
        Column::Agents,
        Column::Health,
        Column::Apps,
        Column::Parameters,
        Column::Dormant,
    ];

    /// Those that a list begins with.
    pub(crate) const USUAL: [Column; 7] =
        [Column::Name, Column::Owner, Column::Template, Column::Status, Column::Next, Column::Used, Column::Cost];

    /// Its word in addresses.
    pub(crate) fn word(self) -> &'static str {
        self.words().0
    }

    /// What stands above it.
    pub(crate) fn head(self) -> &'static str {
        self.words().1
    }

    /// The class of its cells.
    pub(crate) fn class(self) -> &'static str {
        self.words().2
    }

    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Column::Name => ("name", "Name", "c-name"),
            Column::Owner => ("owner", "Owner", "c-owner"),
            Column::Template => ("template", "Template", "c-tpl"),
            Column::Status => ("status", "Status", "c-status"),
            Column::Next => ("autostop", "Next stop or start", "c-when"),
            Column::Used => ("last_used", "Last used", "c-used"),
            Column::Cost => ("cost", "Credits", "c-cost num"),
            Column::Created => ("created", "Created", "c-made"),
            Column::Version => ("version", "Version", "c-version"),
            Column::Organization => ("organization", "Organization", "c-org"),
            Column::Agents => ("agents", "Agents", "c-agents"),
            Column::Health => ("health", "Health", "c-health"),
            Column::Apps => ("apps", "Apps", "c-apps"),
            Column::Parameters => ("parameters", "Parameters", "c-params"),
            Column::Dormant => ("dormant", "Dormant, deleted on", "c-dormant"),
        }
    }

    /// The column with that word.
    pub(crate) fn of(word: &str) -> Option<Column> {
        Column::ALL.into_iter().find(|column| column.word() == word)
    }

    /// Whether rows can be sorted by it: what it shows is known of every row that is loaded.
    pub(crate) fn is_sortable(self) -> bool {
        self != Column::Parameters
    }
}

/// The columns that a text names, each once; the name is always among them, for it is what opens a workspace. `None`
/// where it names none.
pub(crate) fn read(text: &str) -> Option<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::new();
    for column in text.split(',').filter_map(|word| Column::of(word.trim())) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    if columns.is_empty() {
        return None;
    }
    if !columns.contains(&Column::Name) {
        columns.insert(0, Column::Name);
    }
    Some(columns)
}

/// The text of columns.
pub(crate) fn written(columns: &[Column]) -> String {
    columns.iter().map(|column| column.word()).collect::<Vec<_>>().join(",")
}
