//! Edges from values and times. A feed between two datasets becomes edges between their fields, each with what it
//! was seen to carry; order ids and the like make an edge only where nothing else joins two datasets, and then one
//! that carries nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Draft, Drafts, End, Evidence, Status, Survey, Transform, companion,
    feed::{DeclaredPairs, Feed, feeds},
    likelihood::Strength,
    order::{Lead, Order, Votes},
    value::{Cargo, Form, Holding, Values},
};
use crate::detect::{Scrubbed, Tag};

/// Fewer shared references than this join nothing.
const FEWEST_REFERENCES: usize = 3;

/// Adds all edges that values tell.
pub(super) fn infer(survey: &Survey<'_>, declared: &DeclaredPairs, drafts: &mut Drafts) {
    let values = Values::new(survey);
    let payments = values.of(survey, Cargo::Payment);
    for feed in feeds(survey, &payments, declared) {
        let moves = Moves { survey, values: &values, groups: &payments, feed: &feed };
        moves.fields().into_iter().for_each(|draft| drafts.add(draft));
    }
    companion::accompany(survey, declared, drafts);
    let groups = values.of(survey, Cargo::Reference);
    let mut references = Vec::new();
    for feed in feeds(survey, &groups, declared) {
        let is_declared = declared.contains(&(feed.source, feed.target));
        let is_alone = !drafts.reaches(survey.places[feed.target].name);
        let is_whole = feed.explains == feed.items;
        if feed.items.len() >= FEWEST_REFERENCES && is_whole && (is_declared || is_alone) {
            references.push(Moves { survey, values: &values, groups: &groups, feed: &feed }.whole());
        }
    }
    references.into_iter().for_each(|draft| drafts.add(draft));
}

/// The values of one feed.
struct Moves<'a> {
    survey: &'a Survey<'a>,
    values: &'a Values<'a>,
    groups: &'a [&'a [Holding<'a>]],
    feed: &'a Feed,
}

/// A value that stands in a field of the source and in one of the target.
struct Step<'a> {
    number: u32,
    from: &'a Holding<'a>,
    to: &'a Holding<'a>,
}

impl<'a> Moves<'a> {
    /// For each field of the target, the fewest fields of the source that explain its values.
    fn fields(&self) -> Vec<Draft> {
        let mut by_target: BTreeMap<usize, BTreeMap<usize, Vec<Step<'a>>>> = BTreeMap::new();
        for step in self.steps() {
            by_target.entry(step.to.slot).or_default().entry(step.from.slot).or_default().push(step);
        }
        by_target.into_values().flat_map(|sources| self.chosen(sources)).collect()
    }

    fn chosen(&self, mut sources: BTreeMap<usize, Vec<Step<'a>>>) -> Vec<Draft> {
        let steps = sources.values().flatten();
        let mut open: BTreeSet<u32> = steps.map(|step| step.number).collect();
        open.retain(|number| self.feed.explains.contains(number));
        let mut drafts = Vec::new();
        while let Some(slot) = self.best(&sources, &open) {
            let steps = sources.remove(&slot).expect("it was just chosen");
            let explained: BTreeSet<u32> = steps.iter().map(|step| step.number).collect();
            open.retain(|number| !explained.contains(number));
            drafts.push(self.draft(&steps));
        }
        drafts
    }

    /// The field that explains most of what is open; of equals the one of the same name, then the first.
    fn best(&self, sources: &BTreeMap<usize, Vec<Step<'a>>>, open: &BTreeSet<u32>) -> Option<usize> {
        let gain = |steps: &[Step<'_>]| steps.iter().filter(|step| open.contains(&step.number)).count();
        let path = |slot: usize| self.survey.slots[slot].path;
        let ranked = sources.iter().map(|(slot, steps)| {
            let alike = path(*slot).key() == path(steps[0].to.slot).key();
            (gain(steps), alike, std::cmp::Reverse(*slot))
        });
        ranked.filter(|(gain, ..)| *gain > 0).max().map(|(.., slot)| slot.0)
    }

    fn steps(&self) -> impl Iterator<Item = Step<'a>> {
        let place = |holding: &Holding<'_>| self.survey.slots[holding.slot].place;
        self.feed.items.iter().flat_map(move |number| {
            let group: &'a [Holding<'a>] = self.groups[*number as usize];
            let targets =
                group.iter().filter(move |to| place(to) == self.feed.target && to.form == Form::Itself);
            let source = move |from: &&Holding<'_>| place(from) == self.feed.source;
            targets.flat_map(move |to| {
                group.iter().filter(source).map(move |from| Step { number: *number, from, to })
            })
        })
    }

    fn draft(&self, steps: &[Step<'a>]) -> Draft {
        let (from, to) = (steps[0].from, steps[0].to);
        let digests = steps.iter().filter(|step| step.from.form == Form::Digest).count();
        Draft {
            from: self.survey.field_end(from.slot),
            to: self.survey.field_end(to.slot),
            via: self.survey.writer(self.feed.target),
            transform: if digests * 2 > steps.len() { Transform::Hashed } else { Transform::Copied },
            status: Status::Inferred,
            probability: self.strength(steps).probability(),
            evidence: self.evidence(steps),
            carries: self.carries(steps),
        }
    }

    fn strength(&self, steps: &[Step<'a>]) -> Strength {
        let Feed { votes, lead, rivals, explains, .. } = self.feed;
        let numbers: BTreeSet<u32> = steps.iter().map(|step| step.number).collect();
        Strength {
            shared: numbers.len() as u64,
            differ: 0,
            votes: *votes,
            lead: *lead,
            rivals: *rivals,
            explained: [numbers.intersection(explains).count() as u64, numbers.len() as u64],
        }
    }

    fn evidence(&self, steps: &[Step<'a>]) -> Vec<Evidence> {
        let opens = [self.feed.source, self.feed.target].map(|place| self.survey.places[place].opens);
        let order = |step: &&Step<'_>| Order::of(step.from.sighting, step.to.sighting, opens.into());
        let mut votes = Votes::default();
        steps.iter().for_each(|step| votes.add(order(&step)));
        let (forward, backward) = votes.counted();
        let shown = steps.iter().find(|step| order(step) == Order::Before).unwrap_or(&steps[0]);
        let numbers: BTreeSet<u32> = steps.iter().map(|step| step.number).collect();
        let shared = Evidence::SharedValues {
            shared: numbers.len() as u64,
            of: self.kept(steps),
            forward,
            backward,
            from: shown.from.sighting.position.clone(),
            to: shown.to.sighting.position.clone(),
        };
        let oriented = match self.feed.lead {
            Lead::Oriented(by) => Some(Evidence::Orientation { by }),
            _ => None,
        };
        [shared].into_iter().chain(oriented).collect()
    }

    /// How many values the target's fields show below the common threshold.
    fn kept(&self, steps: &[Step<'a>]) -> u64 {
        let thresholds = steps.iter().flat_map(|step| [step.from, step.to]);
        let common = thresholds.map(|holding| self.survey.threshold(holding)).min().unwrap_or(u64::MAX);
        let slots: BTreeSet<usize> = steps.iter().map(|step| step.to.slot).collect();
        slots.into_iter().map(|slot| self.survey.slots[slot].field.values.kept_below(common)).sum()
    }

    /// As the values arrive; where nobody tagged them there, as they left.
    fn carries(&self, steps: &[Step<'a>]) -> BTreeSet<Tag> {
        let at = |holding: fn(&Step<'a>) -> &'a Holding<'a>| -> BTreeSet<Tag> {
            let tags = steps.iter().map(holding).map(|h| self.values.tags(self.survey, h.slot, h.value));
            tags.flatten().collect()
        };
        let arriving = at(|step| step.to);
        if arriving.is_empty() { at(|step| step.from) } else { arriving }
    }

    /// One edge between the datasets, which carries nothing: it is known by references alone.
    fn whole(&self) -> Draft {
        let steps: Vec<Step<'a>> = self.steps().collect();
        let [from, to] = [self.feed.source, self.feed.target].map(|place| self.survey.dataset_end(place));
        Draft { from, to, transform: Transform::Copied, carries: BTreeSet::new(), ..self.draft(&steps) }
    }
}

impl Drafts {
    /// Whether payment data is known to arrive at a dataset.
    fn reaches(&self, target: &Scrubbed) -> bool {
        self.edges().any(|edge| edge.to.name() == target)
    }
}

impl Survey<'_> {
    /// The system that writes a dataset, if it is one.
    pub(super) fn writer(&self, place: usize) -> Option<Scrubbed> {
        let mut writers = self.places[place].facts.written_by.iter();
        writers.next().filter(|_| writers.len() == 0).cloned()
    }
}

/// Adds, for each pair of datasets with edges between fields, the edge that sums them up.
pub(super) fn summarise(drafts: &mut Drafts) {
    let mut pairs: BTreeMap<(End, End), Vec<&super::Edge>> = BTreeMap::new();
    for edge in drafts.edges().filter(|edge| edge.from.field().is_some()) {
        let whole = super::reconcile::whole;
        pairs.entry((whole(&edge.from), whole(&edge.to))).or_default().push(edge);
    }
    let sums: Vec<Draft> = pairs.into_iter().map(|(ends, edges)| sum(ends, &edges)).collect();
    sums.into_iter().for_each(|draft| drafts.add(draft));
}

fn sum((from, to): (End, End), edges: &[&super::Edge]) -> Draft {
    let transforms: BTreeSet<Transform> = edges.iter().map(|edge| edge.transform).collect();
    let common = transforms.first().filter(|_| transforms.len() == 1).copied();
    Draft {
        from,
        to,
        via: edges[0].via.clone(),
        transform: common.unwrap_or(Transform::Unknown),
        status: Status::Inferred,
        probability: edges.iter().map(|edge| edge.probability).max().unwrap_or_default(),
        evidence: edges.iter().flat_map(|edge| edge.evidence.clone()).collect(),
        carries: edges.iter().flat_map(|edge| edge.carries.clone()).collect(),
    }
}
