//! What the graph shows, before any drawing language: cards of datasets and systems in the columns of their zones,
//! arrows between them, each with the state of what it holds or carries. DOT, SVG, Mermaid and HTML say the same
//! because of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Document, arrows::arrows, cards::cards, columns::columns};
use crate::lineage::ViewOptions;

/// Everything that is to be drawn.
#[derive(Debug)]
pub(super) struct Picture {
    /// From the gateway outward, then what is in no zone; empty ones left out.
    pub(super) zones: Vec<Area>,
    pub(super) arrows: Vec<Arrow>,
    /// Datasets and edges that the view left out.
    pub(super) hidden: usize,
    pub(super) detail: Detail,
}

/// How much a card tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Everything.
    Full,
    /// The worst only, so that sixty cards stay legible.
    Sparse,
}

/// Where cards stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Region {
    /// A zone of the estate.
    Zone(String),
    /// Nobody said which zone.
    Undeclared,
    /// Known by its name alone: no zone could be declared for it.
    Outside,
}

/// A region with its cards.
#[derive(Debug)]
pub(super) struct Area {
    pub(super) region: Region,
    /// Left to right.
    pub(super) columns: Vec<Vec<Card>>,
}

/// A dataset, or a system that stands for itself.
#[derive(Debug)]
pub(super) struct Card {
    /// `dataset_3`: its place in the document. Names are foreign, and a system may be called like a dataset.
    pub(super) id: String,
    pub(super) name: String,
    pub(super) region: Region,
    /// `log`, `topic`, …, or a system's kind.
    pub(super) kind: String,
    /// Who and how long, how much and for whom, how often tried: a line each.
    pub(super) about: Vec<String>,
    pub(super) is_system: bool,
    pub(super) rows: Vec<Row>,
    /// Tagged fields that found no place.
    pub(super) more_rows: usize,
    pub(super) violations: usize,
    /// Whether one of them is critical or high.
    pub(super) is_alarming: bool,
}

/// A tagged field.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) tone: Tone,
    pub(super) field: String,
    /// `clear 41×`.
    pub(super) what: String,
}

/// Data moves.
#[derive(Debug)]
pub(super) struct Arrow {
    /// The edge in the document; of two that were merged, the worse.
    pub(super) id: u64,
    /// Ids of cards.
    pub(super) from: String,
    pub(super) to: String,
    pub(super) tone: Tone,
    pub(super) line: Line,
    /// It brings what breaks a rule at its end.
    pub(super) is_leak: bool,
    /// It goes both ways.
    pub(super) is_mutual: bool,
    pub(super) label: String,
    /// The first evidence, for a tooltip.
    pub(super) why: String,
}

/// How an arrow is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Line {
    /// Declared or observed.
    Known,
    /// Believed from values and times alone.
    Inferred,
    /// A grant that nothing needs: it may be, and nobody saw it.
    Permitted,
}

/// The state of a value, as a colour; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tone {
    Authentication,
    Clear,
    Secret,
    Hashed,
    Truncated,
    Companion,
    Token,
    Test,
    Nothing,
}

/// More cards than these are told sparsely.
const FULL: usize = 30;

impl Document {
    /// Chooses what later renderings show.
    pub fn look_at(&mut self, options: &ViewOptions) {
        self.view.0 = options.clone();
    }

    /// Names of what edges lead to or from and nobody looked at, sorted.
    pub(super) fn outside(&self) -> BTreeSet<&str> {
        let ends = self.edges.iter().flat_map(|edge| [&edge.from, &edge.to]);
        ends.filter_map(|end| end.outside.as_deref()).collect()
    }

    pub(super) fn picture(&self) -> Picture {
        let view = self.lineage().view(&self.view.0);
        let arrows = arrows(self, &view);
        let count = view.systems.len() + view.datasets.len() + view.outside.len();
        let detail = if count > FULL { Detail::Sparse } else { Detail::Full };
        let cards = cards(self, &view, detail);
        Picture { zones: areas(self, cards, &arrows), arrows, hidden: view.hidden, detail }
    }
}

impl Picture {
    /// The column of each card, counted over all zones.
    pub(super) fn places(&self) -> BTreeMap<&str, usize> {
        let columns = self.zones.iter().flat_map(|zone| &zone.columns).enumerate();
        columns.flat_map(|(at, cards)| cards.iter().map(move |card| (card.id.as_str(), at))).collect()
    }

    pub(super) fn cards(&self) -> impl Iterator<Item = &Card> {
        self.zones.iter().flat_map(|zone| zone.columns.iter().flatten())
    }
}

impl Region {
    /// By the name of a zone, if one was declared.
    pub(super) fn of(zone: &Option<String>) -> Region {
        zone.clone().map_or(Region::Undeclared, Region::Zone)
    }
}

impl Tone {
    /// By the words of a tag.
    pub(super) fn of(class: &str, state: &str) -> Tone {
        match (class, state) {
            ("cvv" | "pin" | "track1" | "track2", _) => Tone::Authentication,
            ("pan", "clear") => Tone::Clear,
            ("secret", _) => Tone::Secret,
            (_, "hashed") => Tone::Hashed,
            ("pan", _) => Tone::Truncated,
            ("token", _) => Tone::Token,
            ("expiry" | "cardholder" | "service-code" | "iban" | "account", _) => Tone::Companion,
            _ => Tone::Nothing,
        }
    }

    /// By a tag as edges and violations have it: `class.state`.
    pub(super) fn of_tag(tag: &str) -> Tone {
        tag.split_once('.').map_or(Tone::Nothing, |(class, state)| Tone::of(class, state))
    }
}

fn areas(document: &Document, cards: Vec<Card>, arrows: &[Arrow]) -> Vec<Area> {
    let tallest = tallest(cards.len());
    let zones = document.estate.zones.iter().map(|zone| Region::Zone(zone.name.clone()));
    let order = zones.chain([Region::Undeclared, Region::Outside]);
    let mut regions: Vec<(Region, Vec<Card>)> = order.map(|region| (region, Vec::new())).collect();
    for card in cards {
        let known = regions.iter().position(|(region, _)| *region == card.region);
        // A zone that the estate does not have is none.
        let undeclared = regions.len() - 2;
        regions[known.unwrap_or(undeclared)].1.push(card);
    }
    regions.retain(|(_, cards)| !cards.is_empty());
    regions.into_iter().map(|(region, cards)| area(region, cards, arrows, tallest)).collect()
}

/// Rows of cards, so that the whole is about twice as wide as it is high: a card with its gaps is some four times
/// as wide as it is high.
fn tallest(count: usize) -> usize {
    ((count as f64 * 4.0 / 2.0).sqrt().ceil() as usize).max(3)
}

fn area(region: Region, cards: Vec<Card>, arrows: &[Arrow], tallest: usize) -> Area {
    let place = |id: &str| cards.iter().position(|card| card.id == id);
    let feeds: Vec<_> = arrows.iter().filter_map(|a| Some((place(&a.from)?, place(&a.to)?))).collect();
    let placed = columns(cards.len(), &feeds, tallest);
    let mut cards: Vec<Option<Card>> = cards.into_iter().map(Some).collect();
    let mut column =
        |places: Vec<usize>| places.into_iter().filter_map(|place| cards[place].take()).collect::<Vec<_>>();
    Area { region, columns: placed.into_iter().map(&mut column).collect() }
}
