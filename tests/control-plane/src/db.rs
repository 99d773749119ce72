//! The SQLite side: one table per kind of document, logs as rows. Everything of one change is written in one
//! transaction (WAL), so that a process killed at any time has kept what it acknowledged. May import `model` and
//! `clock`.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::model::{AgentLogLine, LogLine};

/// The kinds of documents, each a table of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// People.
    Users,
    /// Sessions and tokens.
    Keys,
    /// Organizations.
    Organizations,
    /// Groups.
    Groups,
    /// Templates.
    Templates,
    /// Template versions.
    Versions,
    /// Workspaces.
    Workspaces,
    /// Builds.
    Builds,
}

impl Table {
    const ALL: [Self; 8] = [
        Self::Users,
        Self::Keys,
        Self::Organizations,
        Self::Groups,
        Self::Templates,
        Self::Versions,
        Self::Workspaces,
        Self::Builds,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Keys => "keys",
            Self::Organizations => "organizations",
            Self::Groups => "groups",
            Self::Templates => "templates",
            Self::Versions => "versions",
            Self::Workspaces => "workspaces",
            Self::Builds => "builds",
        }
    }
}

/// What goes wrong with the database.
#[derive(Debug)]
pub struct DbError(pub String);

impl std::fmt::Display for DbError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DbError {}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        Self(format!("database: {error}"))
    }
}

impl From<serde_json::Error> for DbError {
    fn from(error: serde_json::Error) -> Self {
        Self(format!("database: a document does not read: {error}"))
    }
}

/// One change of the database.
#[derive(Debug)]
pub enum Write {
    /// Put a document.
    Put(Table, String, String),
    /// Remove a document.
    Remove(Table, String),
    /// Append to a build's log.
    Log(Uuid, LogLine),
    /// Append to an agent's log.
    AgentLog(Uuid, AgentLogLine),
    /// Forget an agent's log.
    ForgetAgentLog(Uuid),
}

/// The open database.
#[derive(Debug)]
pub struct Db {
    connection: Connection,
}

impl Db {
    /// Opens (and if need be makes) the database of a file, or one in memory.
    pub fn open(path: Option<&Path>) -> Result<Self, DbError> {
        let connection = match path {
            Some(path) => {
                Connection::open(path).map_err(|error| DbError(format!("cannot open {}: {error}", path.display())))?
            }
            None => Connection::open_in_memory()?,
        };
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        for table in Table::ALL {
            connection.execute_batch(&format!(
                "CREATE TABLE IF NOT EXISTS {} (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID",
                table.name()
            ))?;
        }
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS logs (
               id INTEGER PRIMARY KEY, build TEXT NOT NULL, created_at INTEGER NOT NULL, daemon INTEGER NOT NULL,
               level TEXT NOT NULL, stage TEXT NOT NULL, output TEXT NOT NULL);
             CREATE INDEX IF NOT EXISTS logs_by_build ON logs (build, id);
             CREATE TABLE IF NOT EXISTS agent_logs (
               id INTEGER PRIMARY KEY, agent TEXT NOT NULL, created_at INTEGER NOT NULL, level TEXT NOT NULL,
               output TEXT NOT NULL, source TEXT NOT NULL);
             CREATE INDEX IF NOT EXISTS agent_logs_by_agent ON agent_logs (agent, id);",
        )?;
        Ok(Self { connection })
    }

    /// A value kept under a name.
    pub fn meta(&self, key: &str) -> Result<Option<String>, DbError> {
        Ok(self
            .connection
            .query_row("SELECT value FROM meta WHERE key = ?1", params![key], |row| row.get(0))
            .optional()?)
    }

    /// Keeps a value under a name.
    pub fn set_meta(&self, key: &str, value: &str) -> Result<(), DbError> {
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?1, ?2)", params![key, value])?;
        Ok(())
    }

    /// All documents of a kind.
    pub fn load<T: DeserializeOwned>(&self, table: Table) -> Result<Vec<T>, DbError> {
        let mut statement = self.connection.prepare(&format!("SELECT body FROM {}", table.name()))?;
        let mut rows = statement.query([])?;
        let mut documents = Vec::new();
        while let Some(row) = rows.next()? {
            let body: String = row.get(0)?;
            documents.push(serde_json::from_str(&body)?);
        }
        Ok(documents)
    }

    /// The last ids given to lines of build logs and of agent logs.
    pub fn last_log_ids(&self) -> Result<(i64, i64), DbError> {
        let last = |table: &str| {
            self.connection.query_row(&format!("SELECT COALESCE(MAX(id), 0) FROM {table}"), [], |row| row.get(0))
        };
        Ok((last("logs")?, last("agent_logs")?))
    }

    /// Writes all changes in one transaction.
    pub fn write(&mut self, writes: &[Write]) -> Result<(), DbError> {
        let transaction = self.connection.transaction()?;
        for write in writes {
            match write {
                Write::Put(table, id, body) => transaction
                    .prepare_cached(&format!("INSERT OR REPLACE INTO {} VALUES (?1, ?2)", table.name()))?
                    .execute(params![id, body])?,
                Write::Remove(table, id) => transaction
                    .prepare_cached(&format!("DELETE FROM {} WHERE id = ?1", table.name()))?
                    .execute(params![id])?,
                Write::Log(build, line) => transaction
                    .prepare_cached("INSERT INTO logs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
                    .execute(params![
                        line.id,
                        build.to_string(),
                        line.created_at,
                        line.daemon,
                        line.level,
                        line.stage,
                        line.output
                    ])?,
                Write::AgentLog(agent, line) => transaction
                    .prepare_cached("INSERT INTO agent_logs VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
                    .execute(params![
                        line.id,
                        agent.to_string(),
                        line.created_at,
                        line.level,
                        line.output,
                        line.source_id.to_string()
                    ])?,
                Write::ForgetAgentLog(agent) => transaction
                    .prepare_cached("DELETE FROM agent_logs WHERE agent = ?1")?
                    .execute(params![agent.to_string()])?,
            };
        }
        transaction.commit()?;
        Ok(())
    }

    /// The lines of a build's log with `after < id < before`.
    pub fn logs(&self, build: Uuid, after: i64, before: i64) -> Result<Vec<LogLine>, DbError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, created_at, daemon, level, stage, output FROM logs WHERE build = ?1 AND id > ?2 AND id < ?3 ORDER BY id",
        )?;
        let rows = statement.query_map(params![build.to_string(), after, before], |row| {
            Ok(LogLine {
                id: row.get(0)?,
                created_at: row.get(1)?,
                daemon: row.get(2)?,
                level: level(&row.get::<_, String>(3)?),
                stage: row.get(4)?,
                output: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The lines of an agent's log with `after < id < before`.
    pub fn agent_logs(&self, agent: Uuid, after: i64, before: i64) -> Result<Vec<AgentLogLine>, DbError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, created_at, level, output, source FROM agent_logs WHERE agent = ?1 AND id > ?2 AND id < ?3 ORDER BY id",
        )?;
        let rows = statement.query_map(params![agent.to_string(), after, before], |row| {
            Ok(AgentLogLine {
                id: row.get(0)?,
                created_at: row.get(1)?,
                level: level(&row.get::<_, String>(2)?),
                output: row.get(3)?,
                source_id: Uuid::parse_str(&row.get::<_, String>(4)?).unwrap_or_default(),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// The document's text.
pub fn document<T: Serialize>(value: &T) -> Result<String, DbError> {
    Ok(serde_json::to_string(value)?)
}

fn level(text: &str) -> &'static str {
    match text {
        "trace" => "trace",
        "debug" => "debug",
        "warn" => "warn",
        "error" => "error",
        _ => "info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_read_between_ids() {
        let mut db = Db::open(None).unwrap();
        let build = Uuid::from_u128(1);
        let line = |id| LogLine {
            id,
            created_at: id,
            daemon: false,
            level: "warn",
            stage: "Setting up".into(),
            output: String::new(),
        };
        let writes: Vec<_> = (1..=5).map(|id| Write::Log(build, line(id))).collect();
        db.write(&writes).unwrap();
        let ids = |after, before| db.logs(build, after, before).unwrap().iter().map(|l| l.id).collect::<Vec<_>>();
        assert_eq!(ids(-1, i64::MAX), [1, 2, 3, 4, 5]);
        assert_eq!(ids(2, 5), [3, 4]);
        assert_eq!(db.last_log_ids().unwrap(), (5, 0));
        assert_eq!(db.logs(build, 0, 2).unwrap()[0].level, "warn");
    }
}
