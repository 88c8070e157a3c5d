//! Keeps a source to the number of requests a second that it may be asked, over all its partitions together.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// When the next request may be made.
#[derive(Default)]
pub(crate) struct Pace {
    /// Between two requests; `None` is no bound.
    gap: Option<Duration>,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// No more than this many a second.
    pub(crate) fn new(requests: Option<u32>) -> Pace {
        let gap = requests.map(|requests| Duration::from_secs(1) / requests.max(1));
        Pace { gap, next: Mutex::default() }
    }

    /// Waits until the next request may be made.
    pub(crate) fn wait(&self) {
        let Some(gap) = self.gap else { return };
        let now = Instant::now();
        let turn = turn(&mut self.next.lock().unwrap_or_else(PoisonError::into_inner), now, gap);
        std::thread::sleep(turn.saturating_duration_since(now));
    }
}

/// Takes the next turn, which is not before `now`.
fn turn(next: &mut Option<Instant>, now: Instant, gap: Duration) -> Instant {
    let turn = next.map_or(now, |next| next.max(now));
    *next = Some(turn + gap);
    turn
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Requests that come at these milliseconds, five a second: when they are made.
    fn check(come: &[u64]) -> Vec<u128> {
        let start = Instant::now();
        let mut next = None;
        let gap = Pace::new(Some(5)).gap.unwrap();
        let made = |at: &u64| turn(&mut next, start + Duration::from_millis(*at), gap) - start;
        come.iter().map(made).map(|at| at.as_millis()).collect()
    }

    #[test]
    fn requests_that_come_together_are_spread() {
        assert_eq!(check(&[0, 0, 10]), [0, 200, 400]);
        assert_eq!(check(&[0, 1_000, 1_050]), [0, 1_000, 1_200]);
    }

    #[test]
    fn no_bound_and_none_at_all() {
        assert_eq!(Pace::new(None).gap, None);
        assert_eq!(Pace::new(Some(0)).gap, Some(Duration::from_secs(1)));
    }
}
