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
