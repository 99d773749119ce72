//! A recording as a file holds it (tests/contract/README.md): one answer, the frames of one or several sockets, or a
//! chain of redirects. Read by hand, so that a file that is none of these can be named with the reason.

use serde_json::{Map, Value};

/// What a file holds.
pub enum Recording {
    /// One request and its answer.
    Answer(Answer),
    /// What came over sockets, each with its path, in the order of the file.
    Frames(Vec<Frame>),
    /// Redirects that a browser followed; nothing that Gantry reads.
    Redirects,
}

/// One request and its answer.
pub struct Answer {
    /// `GET`, …
    pub method: String,
    /// With its query.
    pub path: String,
    /// The status.
    pub status: u16,
    /// The JSON; `null` for an empty body; `{"$text": …}` for one that was not JSON.
    pub body: Value,
}

/// One message of a socket.
pub struct Frame {
    /// The path of the socket, with its query.
    pub socket: String,
    /// Where the message stands in the file: `frames[3]`, `frames[3].frame`.
    pub place: String,
    /// The message; none for a socket of which no frame came.
    pub message: Option<Value>,
}

/// Why a file is no recording.
#[derive(Debug)]
pub enum Refusal {
    /// It is something else: no business of this test.
    Foreign,
    /// It looks like a recording, or should be JSON and is not.
    Malformed(String),
}

/// The text of a body or a message that was not JSON.
pub fn as_text(body: &Value) -> Option<&str> {
    body.as_object().filter(|object| object.len() == 1)?.get("$text")?.as_str()
}

fn malformed(what: impl Into<String>) -> Refusal {
    Refusal::Malformed(what.into())
}

/// Reads the text of a file.
pub fn read(text: &str) -> Result<Recording, Refusal> {
    let file: Value =
        serde_json::from_str(text).map_err(|error| malformed(format!("file: expected JSON, got {error}")))?;
    let Some(file) = file.as_object() else { return Err(Refusal::Foreign) };
    if !["request", "response", "frames", "hops"].iter().any(|key| file.contains_key(*key)) {
        return Err(Refusal::Foreign);
    }
    let request = object(file, "request")?;
    if file.contains_key("hops") {
        return Ok(Recording::Redirects);
    }
    if request.contains_key("socket") || request.contains_key("sockets") {
        return Ok(Recording::Frames(frames(request, file)?));
    }
    let response = object(file, "response")?;
    let status = response
        .get("status")
        .and_then(Value::as_u64)
        .and_then(|status| u16::try_from(status).ok())
        .filter(|status| (100..600).contains(status))
        .ok_or_else(|| malformed("response.status: expected a status, got something else"))?;
    Ok(Recording::Answer(Answer {
        method: text_of(request, "method", "request.method")?,
        path: text_of(request, "path", "request.path")?,
        status,
        body: response.get("body").cloned().unwrap_or(Value::Null),
    }))
}

fn object<'a>(file: &'a Map<String, Value>, key: &str) -> Result<&'a Map<String, Value>, Refusal> {
    let value = file.get(key).ok_or_else(|| malformed(format!("{key}: expected an object, got nothing")))?;
    value.as_object().ok_or_else(|| malformed(format!("{key}: expected an object, got something else")))
}

fn text_of(map: &Map<String, Value>, key: &str, place: &str) -> Result<String, Refusal> {
    let text = map.get(key).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| malformed(format!("{place}: expected a string, got something else")))
}

fn frames(request: &Map<String, Value>, file: &Map<String, Value>) -> Result<Vec<Frame>, Refusal> {
    let messages = file.get("frames").and_then(Value::as_array);
    let messages = messages.ok_or_else(|| malformed("frames: expected an array, got something else"))?;
    let mut found = Vec::new();
    if let Some(sockets) = request.get("sockets") {
        let sockets =
            sockets.as_object().ok_or_else(|| malformed("request.sockets: expected an object, got something else"))?;
        for name in sockets.keys() {
            let socket = text_of(sockets, name, "request.sockets")?;
            found.push(Frame { socket, place: "frames".into(), message: None });
        }
        for (index, message) in messages.iter().enumerate() {
            let place = format!("frames[{index}]");
            let message = message
                .as_object()
                .ok_or_else(|| malformed(format!("{place}: expected an object, got something else")))?;
            let name = text_of(message, "socket", &format!("{place}.socket"))?;
            let socket = text_of(sockets, &name, &format!("{place}.socket"))?;
            let frame = message
                .get("frame")
                .ok_or_else(|| malformed(format!("{place}.frame: expected a frame, got nothing")))?;
            found.push(Frame { socket, place: format!("{place}.frame"), message: Some(frame.clone()) });
        }
    } else {
        let socket = text_of(request, "socket", "request.socket")?;
        found.push(Frame { socket: socket.clone(), place: "frames".into(), message: None });
        for (index, message) in messages.iter().enumerate() {
            let place = format!("frames[{index}]");
            found.push(Frame { socket: socket.clone(), place, message: Some(message.clone()) });
        }
    }
    // How a socket ended is for the one who recorded it; it is no message.
    found.retain(|frame| frame.message.as_ref().is_none_or(|message| message.get("$closed").is_none()));
    Ok(found)
}
