//! Which of two candidates for the same bytes stands: the finding over the weak one, then the longer, then the
//! better scored. A card number inside a track stands beside it, and a digest beside the token
//! that it is called.

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
    // A token may turn out to be the bare digest of a card: that shows when all datasets are known.
    let digest_called_token = matches!(
        [outer, inner].map(|candidate| (candidate.tag.class, candidate.tag.state)),
        [(Class::Token, _), (_, State::Hashed)] | [(_, State::Hashed), (Class::Token, _)]
    );
    apart || card_of_a_track || digest_called_token
}

#[cfg(test)]
mod tests {
    use crate::detect::{
        Reveal, Sifter, Wanted,
        table::{findings, record},
    };

    fn check(record: &str, expected: &[&str]) {
        let tags: Vec<String> =
            findings(record).iter().map(|hit| format!("{} {:?}", hit.tag, hit.span)).collect();
        assert_eq!(tags, expected, "{record}");
    }

    #[test]
    fn a_digest_called_token_is_both() {
        let text = "payment_token = 0f343b0931126a20f133d67c2b018a3b";
        let mut sifter = Sifter::new(Reveal::Mask, Wanted::Nothing);
        let tags: Vec<String> =
            sifter.sift(&record(text)).hits.iter().map(|hit| hit.tag.to_string()).collect();
        assert_eq!(tags, ["token.clear", "pan.hashed"]);
    }

    #[test]
    fn a_card_stands_beside_its_track_and_nothing_else_does() {
        check("data = ;4111115262628047=27121010000012345678?", &["track2.clear 0..39", "pan.clear 1..17"]);
        check("dpan = 4111115262628047", &["token.clear 0..16"]);
        check("pan = 411111******1111", &["pan.masked 0..16"]);
        check("message = pan=4111115262628047 cvv=123", &["pan.clear 4..20", "cvv.clear 25..28"]);
    }
}
