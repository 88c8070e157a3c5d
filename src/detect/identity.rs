//! What stands for a value outside this floor: fingerprints for joining, or a mask for a person, never both.

use zeroize::Zeroizing;

use super::{
    Candidate, Class, Context, Counted, Hit, Identity, Join, Key, Manner, Mask, Reveal, Score, Shape,
    companions::companions,
    detector::{Digits, Stands},
    numbers::{LENGTHS, Number, Taken, numbers},
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
        let counted = candidate.counted.as_ref();
        let counted = counted.map(|(manner, digits)| Counted::new(&self.counting, digits, *manner));
        let field = match counted {
            Some(_) => placed(context, &candidate.span),
            None => context.field.path.clone(),
        };
        Hit {
            tag: candidate.tag,
            field,
            index: context.index,
            span: candidate.span.clone(),
            score: candidate.score(),
            reasons: candidate.reasons(),
            brand: candidate.brand,
            identity: self.identity(candidate),
            counted,
        }
    }

    /// Every number that is as long as a card's, with its field.
    pub(super) fn numbers(&self, context: &Context<'_>, counted: &mut Vec<(FieldPath, Counted)>) {
        if context.digits < *LENGTHS.start() {
            return;
        }
        numbers(context.value(), |number| {
            let manner = Manner::of(&number, || is_accompanied(context, &number.span));
            let Number { span, mut digits, .. } = number;
            digits.strip_padding();
            counted.push((placed(context, &span), Counted::new(&self.counting, &digits, manner)));
            Taken::Yes
        });
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
}

/// A number inside free text has the field that the words around it make.
fn placed(context: &Context<'_>, span: &std::ops::Range<usize>) -> FieldPath {
    let path = context.field.path;
    place(context.value(), span).map_or_else(|| path.clone(), |word| path.placed(&word))
}

/// Whether the number is all of its value, and parts of a card stand beside it.
pub(super) fn is_accompanied(context: &Context<'_>, span: &std::ops::Range<usize>) -> bool {
    is_whole(context.value(), span) && companions(context).any()
}

/// Whether nothing but the span stands in a value, or what spreadsheets add to a number.
pub(super) fn is_whole(value: &[u8], span: &std::ops::Range<usize>) -> bool {
    let rest = [&value[..span.start], &value[span.end..]];
    !rest.iter().any(|part| part.iter().any(u8::is_ascii_alphanumeric) && *part != b".0")
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
        let sifted = sift(text);
        let word = |there: bool| if there { "yes" } else { "no" };
        let counted = !sifted.numbers.is_empty();
        assert_eq!((word(sifted.fields[0].join.is_some()), word(counted)), (join, number), "{text}");
    }

    #[test]
    fn what_joins_and_what_counts() {
        check("order = ord-100042", "yes", "no");
        check("order_id = 4111115262628047", "yes", "yes");
        check("order_id = 4111115262628048", "yes", "yes");
        check("pan = 4111115262628047", "no", "yes");
        check("cvv = 123", "no", "no");
        check("message = basket 4111115262628048 confirmed", "yes", "yes");
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
