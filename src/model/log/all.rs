//! The logs of all agents of a workspace as one text file: agent by agent, and script by script within one. Imports
//! `wire`.

use crate::model::terminal;
use crate::wire::agent::{AgentLog, AgentLogSource};
use crate::wire::id::Id;
use std::fmt::Write as _;

/// The log of one agent.
pub(crate) struct OfAgent {
    /// Its name.
    pub name: String,
    /// The scripts and programs that write into it.
    pub sources: Vec<AgentLogSource>,
    /// Its lines, in order; or why they could not be read.
    pub lines: Result<Vec<AgentLog>, String>,
    /// How many lines could not be read.
    pub unreadable: usize,
    /// Whether the control plane dropped what came later.
    pub overflowed: bool,
}

/// The file. `title` says what it is of.
pub(crate) fn all_logs(title: &str, agents: &[OfAgent]) -> String {
    let mut text = format!("{title}\n");
    for agent in agents {
        let lines = match &agent.lines {
            Ok(lines) => lines,
            Err(why) => {
                let _ = write!(text, "\n=== agent {} ===\nThis log could not be read: {why}\n", agent.name);
                continue;
            }
        };
        for (source, name) in sources(agent, lines) {
            let _ = write!(text, "\n=== agent {} · {name} ===\n", agent.name);
            let own = lines.iter().filter(|line| line.source_id == source);
            let before = text.len();
            own.for_each(|line| add(&mut text, line));
            if text.len() == before {
                text.push_str("(no lines)\n");
            }
        }
        if agent.unreadable > 0 {
            let _ = write!(text, "\n{} lines of agent {} could not be read.\n", agent.unreadable, agent.name);
        }
        if agent.overflowed {
            let _ = write!(
                text,
                "\nThe log of agent {} was too long: the control plane dropped what came later.\n",
                agent.name
            );
        }
    }
    text
}

/// Who wrote: those that the agent names, then those of whom only lines are known.
fn sources(agent: &OfAgent, lines: &[AgentLog]) -> Vec<(Id, String)> {
    let mut all: Vec<(Id, String)> = Vec::new();
    for source in &agent.sources {
        let name = source.display_name.trim();
        all.push((source.id, if name.is_empty() { "unnamed script".to_owned() } else { name.to_owned() }));
    }
    for line in lines {
        if !all.iter().any(|(id, _)| *id == line.source_id) {
            let name =
                if line.source_id == Id::NIL { "other lines".to_owned() } else { format!("source {}", line.source_id) };
            all.push((line.source_id, name));
        }
    }
    all
}

fn add(text: &mut String, line: &AgentLog) {
    let level = line.level.as_str().to_ascii_uppercase();
    for part in terminal::plain(&terminal::settled(&line.output)).split('\n') {
        let whole = format!("{:<27}  {level:<5} {part}", line.created_at.to_string());
        text.push_str(whole.trim_end());
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::wire::agent::WorkspaceAgent;

    #[test]
    fn each_script_of_each_agent_has_its_lines_under_its_name() {
        let agent: WorkspaceAgent =
            recordings::workspace("real/start-workspace").latest_build.agents().next().unwrap().clone();
        let lines: Vec<AgentLog> = recordings::body("real/start-agent-logs");
        let stray = AgentLog {
            source_id: Id::from_u128(7),
            output: "stray \u{1b}[31mred\u{1b}[0m\nsecond".into(),
            ..lines[0].clone()
        };
        let count = lines.len();
        let all = [
            OfAgent {
                name: agent.name.clone(),
                sources: agent.log_sources.to_vec(),
                lines: Ok(lines.into_iter().chain([stray]).collect()),
                unreadable: 2,
                overflowed: true,
            },
            OfAgent {
                name: "db".into(),
                sources: Vec::new(),
                lines: Err("Forbidden.".into()),
                unreadable: 0,
                overflowed: false,
            },
        ];
        let text = all_logs("Logs of ada/web", &all);
        for source in &agent.log_sources {
            assert!(text.contains(&format!("=== agent {} · {} ===", agent.name, source.display_name)), "{text}");
        }
        assert!(text.contains("=== agent main · source 00000000-0000-0000-0000-000000000007 ===\n"), "{text}");
        assert!(text.contains(" stray red\n") && text.contains("INFO  second\n"), "{text}");
        assert!(text.contains("2 lines of agent main could not be read.") && text.contains("dropped what came later"));
        assert!(text.ends_with("=== agent db ===\nThis log could not be read: Forbidden.\n"));
        let written = text.lines().filter(|line| line.starts_with("20")).count();
        assert!(written >= count + 2, "{written} of {count}");
        assert_eq!(all_logs("nothing", &[]), "nothing\n");
    }
}
