//! Frames of the one-way sockets that carry more than one kind of message (docs/control-plane-api.md, 1.7). The log sockets
//! carry plain [`ProvisionerJobLog`](crate::wire::log::ProvisionerJobLog) objects and arrays of
//! [`AgentLog`](crate::wire::agent::AgentLog). Pure.

use crate::json;
use crate::json::Read;
use crate::json::Reader;
use crate::wire::error::ErrorBody;
use crate::wire::workspace::Workspace;

/// One frame `{"type": …, "data": …}`.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame<T> {
    /// Nothing changed; the server is still there.
    Ping,
    /// The thing watched, whole.
    Data(Box<T>),
    /// What the server could not do.
    Error(ErrorBody),
    /// A kind of frame that this build does not know.
    Other(String),
}

/// A frame of `GET /workspaces/{id}/watch-ws`.
pub type WatchFrame = Frame<Workspace>;

impl<T: Read> Read for Frame<T> {
    /// `data` is read once `type` is known, in whichever order the two come.
    fn read(reader: &mut Reader<'_>) -> Self {
        let mut fields = reader.fields();
        let kind = String::read(fields.at("type"));
        match kind.as_str() {
            "ping" => Frame::Ping,
            "data" => Frame::Data(Box::new(T::read(fields.at("data")))),
            "error" => Frame::Error(ErrorBody::read(fields.at("data"))),
            _ => Frame::Other(kind),
        }
    }
}

impl<T: Read> Frame<T> {
    /// Reads the text of one frame.
    pub fn parse(text: &str) -> Result<Frame<T>, json::Error> {
        json::from_slice(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::Frame;
    use crate::wire::error::ErrorBody;
    use crate::wire::list::List;
    use crate::wire::quota::WorkspaceQuota;

    fn parse(text: &str) -> Result<Frame<WorkspaceQuota>, crate::json::Error> {
        Frame::parse(text)
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
        assert_eq!(parse(r#"{"type":"news","data":[1]}"#).unwrap(), Frame::Other("news".into()));
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
