//! Which of two candidates for the same bytes stands: the finding over the weak one, then the longer, then the
//! better scored. A card number inside a track stands beside it.

use super::{Candidate, Class, Score, State};

/// Leaves the candidates that stand, in the order of the value.
pub(super) fn settle(candidates: &mut Vec<Candidate>) {
    if candidates.len() > 1 {
        // Stable: equal ones stay in the order of the detectors.
        candidates.sort_by_key(|c| std::cmp::Reverse((c.score() >= Score::FINDING, c.span.len(), c.score())));
        let mut kept: Vec<Candidate> = Vec::with_capacity(candidates.len());
        for candidate in candidates.drain(..) {
            if kept.iter().all(|other| stand_together(other, &candidate)) {
                kept.push(candidate);
            }
        }
        kept.sort_by_key(|c| (c.span.start, std::cmp::Reverse(c.span.end)));
        *candidates = kept;
    }
}

fn stand_together(outer: &Candidate, inner: &Candidate) -> bool {
    let apart = outer.span.end <= inner.span.start || inner.span.end <= outer.span.start;
    let card_of_a_track = matches!(outer.tag.class, Class::Track1 | Class::Track2)
        && inner.tag.class == Class::Pan
        && inner.tag.state == State::Clear;
    apart || card_of_a_track
}

#[cfg(test)]
mod tests {
    use crate::detect::table::findings;

    fn check(record: &str, expected: &[&str]) {
        let tags: Vec<String> =
            findings(record).iter().map(|hit| format!("{} {:?}", hit.tag, hit.span)).collect();
        assert_eq!(tags, expected, "{record}");
    }

    #[test]
    fn a_card_stands_beside_its_track_and_nothing_else_does() {
        check("data = ;4539578763621486=27121010000012345678?", &["track2.clear 0..39", "pan.clear 1..17"]);
        check("dpan = 4539578763621486", &["token.clear 0..16"]);
        check("pan = 411111******1111", &["pan.masked 0..16"]);
        check("message = pan=4539578763621486 cvv=123", &["pan.clear 4..20", "cvv.clear 25..28"]);
    }
}
