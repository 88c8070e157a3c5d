//! What an answer that is an error means, and what to do about it. The service's own words are foreign.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::{ErrorKind, SourceError};

/// A call that failed.
pub(crate) type Failed<E> = SdkError<E, Response>;

/// What a service answers when it refuses.
pub(crate) trait Answer: Error + ProvideErrorMetadata + Send + Sync + 'static {}

impl<E: Error + ProvideErrorMetadata + Send + Sync + 'static> Answer for E {}

/// What a failed call means; `what` is what it was about.
pub(crate) fn refused<E: Answer>(what: &str, error: &Failed<E>) -> SourceError {
    let (kind, help) = match error {
        // An answer that says that all is well and is none counts as one that says that it is not.
        SdkError::ServiceError(answer) if answer.raw().status().is_success() => (ErrorKind::Io, NO_SENSE),
        SdkError::ServiceError(answer) => {
            told(answer.err().code().unwrap_or_default(), answer.raw().status().as_u16())
        }
        error if lacks_credentials(error) => (ErrorKind::Denied, NO_CREDENTIALS),
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) => (ErrorKind::Unreachable, NO_ANSWER),
        SdkError::ConstructionFailure(_) => (ErrorKind::Settings, "check `region` and `endpoint`"),
        _ => (ErrorKind::Io, NO_SENSE),
    };
    let why = match error {
        SdkError::ServiceError(answer) => {
            let meta = answer.err().meta();
            format!("{}: {}", meta.code().unwrap_or("?"), meta.message().unwrap_or_default())
        }
        error => DisplayErrorContext(error).to_string(),
    };
    SourceError { kind, what: what.into(), why: why.into(), help }
}

const NO_CREDENTIALS: &str = "no credentials were found or they could not be had: set AWS_PROFILE or AWS_ACCESS_KEY_ID, \
                              name `profile`, or run where a role is attached";
const NO_SENSE: &str = "the answer was not understood: run again; if it stays, check `endpoint`";
const NO_ANSWER: &str = "check the network, `region` and `endpoint`";
const EXPIRED: &str = "the credentials have expired: get new ones, then run again";
const NOT_KNOWN: &str = "the credentials are not accepted: check them, and this machine's clock";
const NOT_ALLOWED: &str = "attach the policy that `dyetrace sources policy` prints to whom dyetrace runs as";
const TOO_OFTEN: &str = "it was asked again, more slowly each time, and still refused: run later, or lower `requests` \
                         in the source's `budget`";

/// What a service's error code means, and what to do about it.
fn told(code: &str, status: u16) -> (ErrorKind, &'static str) {
    // JSON services prefix the code with its namespace, and the SDK passes it on in some of them.
    let code = code.rsplit('#').next().unwrap_or(code);
    match code {
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" | "RequestExpired" => {
            (ErrorKind::Denied, EXPIRED)
        }
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidAccessKeyId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "RequestTimeTooSkewed" => (ErrorKind::Denied, NOT_KNOWN),
        "KmsAccessDenied" => (ErrorKind::Denied, "allow kms:Decrypt with the key that encrypts it"),
        _ if code.contains("AccessDenied") || code.contains("NotAuthorized") => {
            (ErrorKind::Denied, NOT_ALLOWED)
        }
        _ if code.contains("Throttl") || code.contains("TooManyRequests") || status == 429 => {
            (ErrorKind::Throttled, TOO_OFTEN)
        }
        "RequestLimitExceeded" | "LimitExceededException" => (ErrorKind::Throttled, TOO_OFTEN),
        "ResourceNotFoundException" | "QueueDoesNotExist" | "AWS.SimpleQueueService.NonExistentQueue" => {
            (ErrorKind::NotFound, "it is gone, or never was; check the name and the region")
        }
        "InvalidOperationException" | "UnsupportedOperation" => {
            (ErrorKind::Unsupported, "the service does not allow this call here")
        }
        _ if status == 401 || status == 403 => (ErrorKind::Denied, NOT_ALLOWED),
        _ if status >= 500 => (ErrorKind::Unreachable, "the service failed; run again"),
        _ => (ErrorKind::Io, "the service did not take the call as it was"),
    }
}

fn lacks_credentials(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<CredentialsError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, status: u16) -> String {
        let (kind, help) = told(code, status);
        format!("{kind:?}: {}", help.split([':', ',', ';']).next().unwrap_or_default())
    }

    #[test]
    fn codes_are_kinds() {
        assert_eq!(check("ExpiredTokenException", 400), "Denied: the credentials have expired");
        assert_eq!(check("UnrecognizedClientException", 400), "Denied: the credentials are not accepted");
        assert_eq!(
            check("com.amazonaws.logs#AccessDeniedException", 400),
            "Denied: attach the policy that `dyetrace sources policy` prints to whom dyetrace runs as"
        );
        assert_eq!(check("ThrottlingException", 400), "Throttled: it was asked again");
        assert_eq!(check("", 429), "Throttled: it was asked again");
        assert_eq!(check("AWS.SimpleQueueService.NonExistentQueue", 400), "NotFound: it is gone");
        assert_eq!(check("InternalError", 500), "Unreachable: the service failed");
        assert_eq!(check("", 403).split(':').next(), Some("Denied"));
        assert_eq!(
            check("InvalidParameterException", 400),
            "Io: the service did not take the call as it was"
        );
    }
}
