//! Frames of the one-way sockets that carry more than one kind of message (docs/control-plane-api.md, 1.7). The log
//! sockets carry plain [`ProvisionerJobLog`](crate::wire::log::ProvisionerJobLog) objects and arrays of
//! [`AgentLog`](crate::wire::agent::AgentLog). Pure.

use crate::wire::List;
use crate::wire::error::ErrorBody;
use crate::wire::metadata::AgentMetadata;
use crate::wire::workspace::Workspace;
use json_tape::Read;
use serde::Serialize;

/// One frame `{"type": …, "data": …}`.
#[derive(Clone, Debug, PartialEq, Serialize, Read)]
#[serde(tag = "type", content = "data", rename_all = "lowercase")]
pub enum Frame<T> {
    /// Nothing changed; the server is still there.
    Ping,
    /// The thing watched, whole.
    Data(Box<T>),
    /// What the server could not do.
    Error(ErrorBody),
    /// A kind of frame that this build does not know.
    #[serde(other)]
    Other,
}

/// A frame of `GET /workspaces/{id}/watch-ws`.
pub type WatchFrame = Frame<Workspace>;

/// A frame of `GET /workspaceagents/{id}/watch-metadata-ws`: all items of the agent.
pub type MetadataFrame = Frame<List<AgentMetadata>>;

impl WatchFrame {
    /// Reads the text of one frame.
    ///
    /// # Errors
    /// It is no frame.
    pub fn parse(text: &str) -> Result<Self, json_tape::Error> {
        json_tape::from_slice(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::Frame;
    use crate::wire::error::ErrorBody;
    use crate::wire::list::List;
    use crate::wire::quota::WorkspaceQuota;

    fn parse(text: &str) -> Result<Frame<WorkspaceQuota>, json_tape::Error> {
        json_tape::from_slice(text.as_bytes())
    }

    #[test]
    fn every_kind_of_frame() {
        let quota = WorkspaceQuota { credits_consumed: Some(1), budget: Some(-1) };
        let data = r#"{"type":"data","data":{"credits_consumed":1,"budget":-1}}"#;
        assert_eq!(parse(data).unwrap(), Frame::Data(Box::new(quota)));
        let turned = r#"{"data":{"credits_consumed":1,"budget":-1},"type":"data"}"#;
        assert_eq!(parse(turned).unwrap(), Frame::Data(Box::new(quota)));
        assert_eq!(parse(r#"{"type":"ping","data":null}"#).unwrap(), Frame::Ping);
        assert_eq!(parse(r#"{"type":"ping"}"#).unwrap(), Frame::Ping);
        assert_eq!(parse(r#"{"type":"news","data":[1]}"#).unwrap(), Frame::Other);
        let error = ErrorBody { message: "No.".into(), detail: None, validations: List::Absent };
        assert_eq!(parse(r#"{"type":"error","data":{"message":"No."}}"#).unwrap(), Frame::Error(error));
    }

    #[test]
    fn half_a_frame_is_an_error() {
        for text in [
            "",
            "{",
            "null",
            "[]",
            "{}",
            r#"{"type":"data"}"#,
            r#"{"type":"data","data":null}"#,
            r#"{"type":"data","data":{"#,
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
