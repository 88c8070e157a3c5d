//! Records of two datasets that belong together because they share a join value: an order id, a token, a card
//! number. Their other fields can then be compared, whatever was done to them on the way.

use std::collections::{BTreeMap, BTreeSet};

use super::{Survey, order::Order};
use crate::{
    detect::{Class, Fingerprint, Identity},
    observe::{Cell, Position, Row},
};

/// A value in more records of one dataset than this is no key of a record.
const MOST_RECORDS: usize = 4;

/// A sampled record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Record<'a> {
    place: usize,
    position: &'a Position,
}

/// Two fields in records that belong together.
#[derive(Default)]
pub(super) struct Companions<'a> {
    /// Pairs of records in which the fields agree.
    pub(super) agree: Vec<Agreement<'a>>,
    /// Pairs in which they do not.
    pub(super) differ: u64,
}

/// Two records that belong together and agree in a field.
pub(super) struct Agreement<'a> {
    /// The target's record, by number.
    pub(super) record: u32,
    /// Where the value that joins them stands in the order that samples are cut by.
    pub(super) rank: u64,
    pub(super) order: Order,
    /// From source to target in milliseconds.
    pub(super) delay: Option<i64>,
    pub(super) from: &'a Position,
    pub(super) to: &'a Position,
    /// A card and the token beside it.
    token: Option<(Fingerprint, Fingerprint)>,
}

/// By field of the target and field of the source.
pub(super) type ByFields<'a> = BTreeMap<(usize, usize), Companions<'a>>;

/// Compares the fields of all records that belong together, each pair in both directions.
pub(super) fn compare<'a>(survey: &Survey<'a>) -> ByFields<'a> {
    let mut pairs: BTreeMap<(Record<'a>, Record<'a>), (u64, &'a Row, &'a Row)> = BTreeMap::new();
    for (value, records) in by_value(survey) {
        let keyed =
            |place| records.iter().filter(|(record, _)| record.place == place).count() <= MOST_RECORDS;
        let keyed: Vec<_> = records.iter().filter(|(record, _)| keyed(record.place)).collect();
        for (from, source) in &keyed {
            let others = keyed.iter().filter(|(to, _)| to.place != from.place);
            for (to, target) in others {
                // Values come in the order of their ranks: the first joins the pair in the most samples.
                pairs.entry((*from, *to)).or_insert((value.rank(), source, target));
            }
        }
    }
    let mut numbers: BTreeMap<Record<'a>, u32> = BTreeMap::new();
    let mut companions = ByFields::new();
    for ((from, to), (rank, source, target)) in pairs {
        let next = u32::try_from(numbers.len()).expect("samples are bounded");
        let record = *numbers.entry(to).or_insert(next);
        compare_rows(survey, Pair { from, to, record, rank, rows: (source, target) }, &mut companions);
    }
    companions
}

fn by_value<'a>(survey: &Survey<'a>) -> BTreeMap<Fingerprint, Vec<(Record<'a>, &'a Row)>> {
    let mut by_value: BTreeMap<Fingerprint, Vec<(Record<'a>, &'a Row)>> = BTreeMap::new();
    for (place, of) in survey.places.iter().enumerate() {
        for ((value, position), row) in of.observation.iter().flat_map(|o| &o.sample.rows) {
            by_value.entry(*value).or_default().push((Record { place, position }, row));
        }
    }
    by_value
}

struct Pair<'a> {
    from: Record<'a>,
    to: Record<'a>,
    record: u32,
    rank: u64,
    rows: (&'a Row, &'a Row),
}

/// A field that stands several times in a record agrees if any of its values does.
fn compare_rows<'a>(survey: &Survey<'a>, pair: Pair<'a>, companions: &mut ByFields<'a>) {
    let (source, target) = pair.rows;
    let mut results: BTreeMap<(usize, usize), Likeness> = BTreeMap::new();
    for to in &target.cells {
        for from in &source.cells {
            let slots = survey.slot(pair.to.place, &to.field).zip(survey.slot(pair.from.place, &from.field));
            if let Some((slots, likeness)) = slots.zip(compare_cells(from, to)) {
                let held = results.entry(slots).or_insert(likeness);
                *held = likeness.max(*held);
            }
        }
    }
    for (slots, likeness) in results {
        let companions = companions.entry(slots).or_default();
        match likeness {
            Likeness::Differ => companions.differ += 1,
            Likeness::Agree => companions.agree.push(pair.agreement(survey, None)),
            Likeness::Token(card, token) => {
                companions.agree.push(pair.agreement(survey, Some((card, token))))
            }
        }
    }
}

impl<'a> Pair<'a> {
    fn agreement(&self, survey: &Survey<'a>, token: Option<(Fingerprint, Fingerprint)>) -> Agreement<'a> {
        let times = self.rows.0.time.zip(self.rows.1.time);
        let opens = (survey.places[self.from.place].opens, survey.places[self.to.place].opens);
        Agreement {
            record: self.record,
            rank: self.rank,
            order: times.map_or(Order::Unknown, |(from, to)| Order::of_times(&from, &to, opens)),
            delay: times.map(|(from, to)| to.earliest.saturating_sub(from.earliest)),
            from: self.from.position,
            to: self.to.position,
            token,
        }
    }
}

impl Companions<'_> {
    /// Of cards and tokens, only pairs agree of which neither stands beside another.
    pub(super) fn keep_one_to_one(&mut self) {
        let pairs: BTreeSet<_> = self.agree.iter().filter_map(|agreement| agreement.token).collect();
        let mut cards: BTreeMap<Fingerprint, usize> = BTreeMap::new();
        let mut tokens: BTreeMap<Fingerprint, usize> = BTreeMap::new();
        for (card, token) in pairs {
            *cards.entry(card).or_default() += 1;
            *tokens.entry(token).or_default() += 1;
        }
        let before = self.agree.len();
        self.agree.retain(|agreement| {
            agreement.token.is_none_or(|(card, token)| cards[&card] == 1 && tokens[&token] == 1)
        });
        self.differ += (before - self.agree.len()) as u64;
    }
}

/// What two values of records that belong together are to each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    Differ,
    /// A card and a token: whether they belong together, all pairs tell.
    Token(Fingerprint, Fingerprint),
    Agree,
}

/// Whether two values can be of one origin; `None` where that cannot be said. Authentication data has no
/// fingerprint: that it stands in both records is all that can be known.
fn compare_cells(from: &Cell, to: &Cell) -> Option<Likeness> {
    let (source, target) = (from.tag?, to.tag?);
    let rides = source.class == target.class && rides_along(target.class);
    let agree = |agree: bool| Some(if agree { Likeness::Agree } else { Likeness::Differ });
    match (&from.identity, &to.identity) {
        (Identity::Card { tail: from, .. } | Identity::Tail(from), Identity::Tail(to)) => agree(from == to),
        // A token that keeps a card number's format has the identity of one.
        (Identity::Card { number, .. }, Identity::Value(token) | Identity::Card { number: token, .. })
            if (source.class, target.class) == (Class::Pan, Class::Token) && number != token =>
        {
            Some(Likeness::Token(*number, *token))
        }
        (Identity::Value(from), Identity::Value(to)) if rides => agree(from == to),
        (Identity::None, Identity::None) if rides => agree(true),
        _ => None,
    }
}

/// What goes where its card goes, and has too few values to be followed by itself.
pub(super) fn rides_along(class: Class) -> bool {
    class.is_authentication() || matches!(class, Class::Expiry | Class::Cardholder | Class::ServiceCode)
}
