//! Slows a source down while its service says that it is asked too often, and lets it go again. The client library's
//! own way to do so waits ten seconds for every second try of a client that asks seldom, as an audit does.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority as Priority, RetryReason,
};
use aws_smithy_types::retry::ErrorKind;

/// The pause before each call of a source, over all its partitions together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Brake(Arc<Mutex<Duration>>);

/// The first pause, and the longest.
const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(3);

impl Brake {
    /// How long to wait before the next call.
    pub(super) fn pause(&self) -> Duration {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A call was refused as one too many: twice as slow from now on.
    fn throttled(&self) {
        let mut pause = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *pause = (*pause * 2).clamp(FIRST, LONGEST);
    }

    /// A call was answered: a little faster again.
    pub(super) fn answered(&self) {
        let mut pause = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *pause = pause.mul_f64(0.9);
        if *pause < FIRST / 4 {
            *pause = Duration::ZERO;
        }
    }
}

/// Hears of every answer, also of those that the library tries again. A gateway before the service says 429 without a
/// code of the service, which the library would not try again.
impl ClassifyRetry for Brake {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        self.classify_retry_v2(context, &RetryAction::NoActionIndicated)
    }

    fn classify_retry_v2(&self, context: &InterceptorContext, previous: &RetryAction) -> RetryAction {
        let told = matches!(
            previous,
            RetryAction::RetryIndicated(RetryReason::RetryableError { kind: ErrorKind::ThrottlingError, .. })
        );
        let gateway = context.response().is_some_and(|response| response.status().as_u16() == 429);
        if told || gateway {
            self.throttled();
        }
        if gateway { RetryAction::throttling_error() } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "throttling"
    }

    /// After all others, so that what they found is known.
    fn priority(&self) -> Priority {
        Priority::run_after(Priority::transient_error_classifier())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pause in milliseconds after each of some answers: `!` is a refusal.
    fn check(answers: &str) -> Vec<u128> {
        let brake = Brake::default();
        let after = |answer| {
            if answer == '!' {
                brake.throttled()
            } else {
                brake.answered()
            };
            brake.pause().as_millis()
        };
        answers.chars().map(after).collect()
    }

    #[test]
    fn refusals_slow_down_and_answers_let_go() {
        assert_eq!(check(".!!.."), [0, 100, 200, 180, 162]);
        assert_eq!(check("!!!!!!!!").last(), Some(&3_000));
        assert_eq!(check(&format!("!{}", ".".repeat(20))).last(), Some(&0));
    }
}
