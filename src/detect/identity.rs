//! What stands for a value outside this floor: fingerprints for joining, or a mask for a person, never both.

use zeroize::Zeroizing;

use super::{
    Candidate, Class, Context, Fingerprint, Hit, Identity, Join, Key, Mask, Reveal, Score, Shape, State,
    detector::{Digits, Stands},
    numbers::{LENGTHS, Taken, numbers},
    published::digests,
    shape::place,
};
use crate::decode::FieldPath;

/// Makes identities as the user asked for them.
pub(super) struct Identify {
    reveal: Reveal,
    counting: Key,
}

/// Longer prefixes are words of the value, not of its kind.
const LONGEST_PREFIX: usize = 12;
/// Join values are this long: shorter ones meet by chance, longer ones are texts.
const JOINABLE: std::ops::RangeInclusive<usize> = 6..=128;

impl Identify {
    pub(super) fn new(reveal: Reveal) -> Self {
        let counting = match &reveal {
            Reveal::Fingerprint(key) => key.clone(),
            // Only to tell values of this run apart, in memory; equal from run to run, so that sketches are too.
            Reveal::Mask => Key::new([0; 32]),
        };
        Identify { reveal, counting }
    }

    /// The hit of a candidate that stands.
    pub(super) fn hit(&self, context: &Context<'_>, candidate: &mut Candidate) -> Hit {
        let (field, number) = self.place(context, candidate);
        Hit {
            tag: candidate.tag,
            field,
            index: context.index,
            span: candidate.span.clone(),
            score: candidate.score(),
            reasons: candidate.reasons(),
            brand: candidate.brand,
            identity: self.identity(candidate),
            number,
        }
    }

    /// A card number inside free text has the field that its words make, and is counted there.
    fn place(&self, context: &Context<'_>, candidate: &Candidate) -> (FieldPath, Option<Fingerprint>) {
        let path = context.field.path;
        match &candidate.stands {
            Stands::Card(digits) if candidate.tag.state == State::Clear => {
                match place(context.value(), &candidate.span) {
                    Some(word) => (path.placed(&word), Some(self.counted(digits))),
                    None => (path.clone(), None),
                }
            }
            _ => (path.clone(), None),
        }
    }

    /// Every number inside free text, with the field that its words make.
    pub(super) fn numbers(&self, context: &Context<'_>, counted: &mut Vec<(FieldPath, Fingerprint)>) {
        if context.digits < *LENGTHS.start() {
            return;
        }
        let value = context.value();
        numbers(value, |number| {
            if let Some(word) = place(value, &number.span) {
                counted.push((context.field.path.placed(&word), self.counted(&number.digits)));
            }
            Taken::Yes
        });
    }

    fn counted(&self, digits: &Digits) -> Fingerprint {
        self.counting.fingerprint("number", digits.expose())
    }

    fn identity(&self, candidate: &Candidate) -> Identity {
        match &self.reveal {
            Reveal::Mask => Identity::Mask(mask(&candidate.stands)),
            _ if candidate.tag.class.is_authentication() => Identity::None,
            Reveal::Fingerprint(key) => match &candidate.stands {
                Stands::Card(digits) => card(key, digits),
                Stands::Tail(digits) => Identity::Tail(key.fingerprint("tail", digits.tail())),
                Stands::Digest(hex) => Identity::Value(key.fingerprint("digest", hex.expose())),
                Stands::Value { canonical, .. } => {
                    Identity::Value(key.fingerprint("value", canonical.expose()))
                }
                Stands::Nothing => Identity::None,
            },
        }
    }

    /// What the whole value can be joined by, unless that would give away authentication data. A certain card
    /// number joins by its hit.
    pub(super) fn join(&self, context: &Context<'_>, hits: &[Hit]) -> Option<Join> {
        let value = context.value().trim_ascii();
        let taken = |hit: &Hit| {
            hit.tag.class.is_authentication() || hit.tag.class == Class::Pan && hit.score >= Score::STRONG
        };
        if !JOINABLE.contains(&value.len()) || !could_identify(value) || hits.iter().any(taken) {
            return None;
        }
        Some(Join {
            fingerprint: self.counting.fingerprint("value", value),
            shape: shape(&self.counting, value),
        })
    }

    /// The fingerprint of a value that is as long as a card number and all digits.
    pub(super) fn number(&self, context: &Context<'_>) -> Option<Fingerprint> {
        let long_enough = (12..=Digits::MOST).contains(&context.digits);
        let value = long_enough.then(|| context.value().trim_ascii())?;
        (value.len() == context.digits).then(|| self.counting.fingerprint("number", value))
    }
}

/// Words and sentences identify nothing; ids have digits, or no blanks and both cases.
fn could_identify(value: &[u8]) -> bool {
    let blanks = value.iter().filter(|b| b.is_ascii_whitespace()).count();
    blanks <= 3 && value.iter().any(u8::is_ascii_digit)
}

fn card(key: &Key, digits: &Digits) -> Identity {
    let digest =
        |digest: Vec<u8>| key.fingerprint("digest", data_encoding::HEXLOWER.encode(&digest).as_bytes());
    Identity::Card {
        number: key.fingerprint("pan", digits.expose()),
        tail: key.fingerprint("tail", digits.tail()),
        digests: spellings(digits).iter().flat_map(|spelling| digests(spelling)).map(digest).collect(),
    }
}

/// How people write a number before they hash it: bare, and in fours with blanks or hyphens.
pub(super) fn spellings(digits: &Digits) -> [Zeroizing<Vec<u8>>; 3] {
    let grouped = |separator| digits.expose().chunks(4).collect::<Vec<_>>().join(&separator);
    [digits.expose().to_vec(), grouped(b' '), grouped(b'-')].map(Zeroizing::new)
}

fn mask(stands: &Stands) -> Mask {
    match stands {
        Stands::Card(digits) | Stands::Tail(digits) => {
            Mask(format!("**** {}", String::from_utf8_lossy(digits.tail())))
        }
        Stands::Value { shown, .. } => Mask(shown.clone()),
        Stands::Digest(_) | Stands::Nothing => Mask("***".to_owned()),
    }
}

/// The shape of a value: what stands before the first digit as it is (a prefix such as `ord-`), then the kinds of
/// runs and their lengths. Keyed, for the prefix may be half of a short value.
fn shape(key: &Key, value: &[u8]) -> Shape {
    let prefix = value.iter().position(u8::is_ascii_digit).filter(|&at| at <= LONGEST_PREFIX).unwrap_or(0);
    let mut runs = Zeroizing::new(value[..prefix].to_vec());
    for run in value[prefix..].chunk_by(|&a, &b| kind(a) == kind(b)) {
        runs.extend([kind(run[0]), run.len() as u8]);
    }
    Shape(key.fingerprint("shape", &runs).rank())
}

fn kind(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => b'9',
        b'a'..=b'z' => b'a',
        b'A'..=b'Z' => b'A',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use crate::detect::{
        DETECTORS, Hit, Identity, Key, Reveal, Sifted, Sifter, Wanted,
        table::{self, record},
    };

    fn sift(text: &str) -> Sifted {
        Sifter::new(Reveal::Fingerprint(Key::new([7; 32])), Wanted::Everything).sift(&record(text))
    }

    fn card(text: &str) -> Identity {
        let mut hits: Vec<Hit> = sift(text).hits;
        hits.retain(|hit| hit.tag.to_string() == "pan.clear");
        hits.remove(0).identity
    }

    #[test]
    fn one_card_has_one_identity_however_it_is_written() {
        let bare = card("pan = 4111115262628047");
        assert_eq!(bare, card("pan = 4111 1152 6262 8047"));
        assert_eq!(bare, card("message = card 4111-1152-6262-8047 declined"));
        assert_eq!(bare, card("PAN = 0004111115262628047"));
        assert_eq!(bare, card("data = ;4111115262628047=27121010000012345678?"));
        assert_ne!(bare, card("pan = 4111111111111111"));
    }

    #[test]
    fn a_tail_and_a_digest_meet_their_card() {
        let Identity::Card { tail, digests, .. } = card("pan = 4111115262628047") else { panic!("a card") };
        assert_eq!(sift("last4 = 8047").hits[0].identity, Identity::Tail(tail));
        let md5 = data_encoding::HEXLOWER.encode(&crate::detect::published::digests(b"4111115262628047")[0]);
        let Identity::Value(digest) = sift(&format!("x = {md5}")).hits[0].identity else {
            panic!("a digest")
        };
        assert!(digests.contains(&digest));
    }

    /// Whether the first field can be joined, and whether it counts as a number.
    fn check(text: &str, join: &str, number: &str) {
        let first = &sift(text).fields[0];
        let word = |there: bool| if there { "yes" } else { "no" };
        assert_eq!((word(first.join.is_some()), word(first.number.is_some())), (join, number), "{text}");
    }

    #[test]
    fn what_joins_and_what_counts() {
        check("order = ord-100042", "yes", "no");
        check("order_id = 4111115262628047", "yes", "yes");
        check("order_id = 4111115262628048", "yes", "yes");
        check("pan = 4111115262628047", "no", "yes");
        check("cvv = 123", "no", "no");
        check("message = basket 4111115262628048 confirmed", "yes", "no");
        check("message = card declined, cvv=123 at 12:00", "no", "no");
        check("city = Amsterdam", "no", "no");
    }

    #[test]
    fn nothing_raw_comes_out() {
        for (example, _) in DETECTORS.iter().flat_map(|detector| detector.examples) {
            let shown = format!("{:?}{:?}", table::findings(example), sift(example));
            let numbers = example.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() >= 8);
            assert!(numbers.into_iter().all(|number| !shown.contains(number)), "{example}: {shown}");
            for hit in table::findings(example) {
                let Identity::Mask(mask) = hit.identity else { panic!("masks were asked for") };
                assert!(mask.as_str().bytes().filter(u8::is_ascii_digit).count() <= 4, "{example}");
            }
        }
    }
}
