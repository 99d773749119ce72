//! What the machine is told of a request that failed. Pure; imports the error and `model`.

use crate::api::error::{ApiError, Kind};
use crate::model::operation::{Event, Refusal, RefusalKind};

/// The server's refusal in the machine's words; `None` if no answer came at all.
fn refusal(error: &ApiError) -> Option<Refusal> {
    let kind = match error.kind {
        Kind::Network | Kind::Timeout | Kind::Aborted => return None,
        Kind::Unauthorized => RefusalKind::Unauthorized,
        Kind::Forbidden => RefusalKind::Forbidden,
        Kind::NotFound => RefusalKind::NotFound,
        Kind::Gone => RefusalKind::Gone,
        Kind::Conflict => RefusalKind::Conflict,
        // The version is being imported, again or still.
        Kind::TooEarly => RefusalKind::NotReady,
        Kind::Validation if error.status == Some(406) => RefusalKind::NotReady,
        Kind::Validation => RefusalKind::Validation,
        Kind::Precondition => RefusalKind::Precondition,
        Kind::RateLimited => RefusalKind::RateLimited,
        // Something between, or an answer that cannot be read: the request may have been carried out.
        Kind::Server | Kind::NotJson | Kind::Decode => RefusalKind::Server,
        // What refuses on the way does not pass it on.
        Kind::Between | Kind::Csrf | Kind::Unsupported => RefusalKind::Other,
    };
    Some(Refusal {
        kind,
        message: error.message.clone(),
        detail: error.detail.clone(),
        validations: error.validations.clone(),
        request_id: error.request_id.clone(),
        retry_after_ms: error.retry_after_ms,
    })
}

/// What the machine is told of a request that failed.
pub(super) fn failed(error: &ApiError) -> Event {
    refusal(error).map_or(Event::Lost, Event::Refused)
}

/// What the machine is told of a wish to cancel that failed: without an answer it may be tried again by hand.
pub(super) fn cancel_failed(error: &ApiError) -> Event {
    Event::CancelRefused(refusal(error).unwrap_or_else(|| Refusal {
        kind: RefusalKind::Other,
        message: error.message.clone(),
        detail: error.detail.clone(),
        validations: Vec::new(),
        request_id: error.request_id.clone(),
        retry_after_ms: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::error::Validation;

    #[test]
    fn no_answer_is_lost_and_a_gateways_answer_is_not_believed() {
        assert_eq!(failed(&ApiError::network("refused".into())), Event::Lost);
        assert_eq!(failed(&ApiError::timeout(60_000)), Event::Lost);
        for kind in [Kind::Server, Kind::NotJson, Kind::Decode] {
            let Event::Refused(refusal) = failed(&ApiError::local(kind, "x")) else { panic!("{kind:?} is an answer") };
            assert_eq!(refusal.kind, RefusalKind::Server, "{kind:?}");
        }
    }

    #[test]
    fn the_servers_words_reach_the_machine() {
        let error = ApiError {
            status: Some(400),
            detail: Some("d".into()),
            validations: vec![Validation { field: "region".into(), detail: "required".into() }],
            request_id: Some("r".into()),
            ..ApiError::local(Kind::Validation, "Unable to validate parameters.")
        };
        assert_eq!(
            failed(&error),
            Event::Refused(Refusal {
                kind: RefusalKind::Validation,
                message: "Unable to validate parameters.".into(),
                detail: Some("d".into()),
                validations: error.validations.clone(),
                request_id: Some("r".into()),
                retry_after_ms: None,
            })
        );
        let Event::CancelRefused(refusal) = cancel_failed(&ApiError::network("refused".into())) else { panic!() };
        assert_eq!(refusal.kind, RefusalKind::Other);
    }
}
