//! What somebody says may happen or did happen, before values are asked: declared flows and readers, grants, and
//! readers that a source saw. Each is a claim "data goes from these places into this system", and becomes edges in
//! the one unit: from dataset, through system, to dataset.
//!
//! The full product of a system's inputs and outputs would be unreadable and mostly false. So a claim becomes
//! 1. the pairs of datasets between which values were seen to move; if there are none,
//! 2. for a flow, the datasets that its system is declared or was seen to read; if there are none,
//! 3. the pairs that could be it: the target holds what the flow carries (or anything of payments, if nothing was
//!    said), and the source holds something of payments as well, if it was looked at; for a declared flow without
//!    any such pair, all pairs: a flow that was never seen is drawn as well; if those are more than [`FEW`] or none,
//! 4. one edge to the receiving system itself.

use std::collections::BTreeSet;

use dyetrace_connectors::Permission;

use super::{
    Draft, Drafts, End, Evidence, Inputs, Probability, Status, Survey, Transform, cascade::Grounds,
    feed::DeclaredPairs, movement, origin,
};
use crate::{
    detect::{Class, Scrubbed, Selector, Tag, scrub_foreign},
    estate::name_fits,
};

/// More guessed edges than this for one claim tell a reader less than one edge to the system.
const FEW: usize = 4;

/// Data goes from these places into this system.
pub(super) struct Claim<'a> {
    /// Datasets, or systems without one.
    pub(super) sources: BTreeSet<End>,
    /// The system that it comes from, where a flow names one.
    from: Option<&'a Scrubbed>,
    /// The system that receives it.
    into: &'a Scrubbed,
    status: Status,
    evidence: Evidence,
    /// What it may carry; empty says nothing.
    carries: &'a [Selector],
}

/// All claims: flows, declared readers, grants, seen readers; each in the order of its list.
pub(super) fn claims<'a>(inputs: Inputs<'a>, survey: &Survey<'a>) -> Vec<Claim<'a>> {
    let mut claims: Vec<Claim<'a>> = flows(inputs, survey).collect();
    claims.extend(declared_readers(inputs));
    claims.extend(granted(inputs, survey));
    claims.extend(seen_readers(inputs, survey));
    claims.retain(|claim| !claim.sources.is_empty());
    claims
}

fn flows<'a>(inputs: Inputs<'a>, survey: &Survey<'a>) -> impl Iterator<Item = Claim<'a>> {
    inputs.estate.flows.iter().map(|flow| Claim {
        sources: written(survey, &flow.from),
        from: Some(&flow.from),
        into: &flow.to,
        status: Status::Declared,
        evidence: Evidence::Declared { at: flow.at.clone() },
        carries: &flow.carries,
    })
}

fn declared_readers<'a>(inputs: Inputs<'a>) -> impl Iterator<Item = Claim<'a>> {
    inputs.datasets.iter().flat_map(|(name, seen)| {
        seen.facts.read_by.iter().map(|system| Claim {
            sources: BTreeSet::from([End::Dataset(name.clone())]),
            from: None,
            into: system,
            status: Status::Declared,
            evidence: Evidence::Declared { at: seen.facts.at.clone() },
            carries: &[],
        })
    })
}

fn granted<'a>(inputs: Inputs<'a>, survey: &Survey<'a>) -> Vec<Claim<'a>> {
    let mut claims = Vec::new();
    for grant in inputs.estate.grants.iter().filter(|grant| grant.may == Permission::Read) {
        let sources = named(survey, grant.dataset.as_str());
        let evidence = Evidence::Granted { principal: grant.principal.clone(), at: Some(grant.at.clone()) };
        claims.extend(of_principal(inputs, &grant.principal, &sources, &evidence));
    }
    for (source, grant) in inputs.grants.iter().filter(|(_, grant)| grant.may == Permission::Read) {
        let principal = scrub_foreign(&grant.principal);
        let sources = below(survey, source, grant.dataset.expose());
        let evidence = Evidence::Granted { principal: principal.clone(), at: None };
        claims.extend(of_principal(inputs, &principal, &sources, &evidence));
    }
    claims
}

fn of_principal<'a>(
    inputs: Inputs<'a>,
    principal: &Scrubbed,
    sources: &BTreeSet<End>,
    evidence: &Evidence,
) -> Vec<Claim<'a>> {
    let acts = |patterns: &[Scrubbed]| patterns.iter().any(|p| name_fits(p.as_str(), principal.as_str()));
    let systems = inputs.estate.systems.iter().filter(|(_, system)| acts(&system.principals));
    let claim = |into: &'a Scrubbed| Claim {
        sources: sources.clone(),
        from: None,
        into,
        status: Status::Permitted,
        evidence: evidence.clone(),
        carries: &[],
    };
    systems.map(|(into, _)| claim(into)).collect()
}

fn seen_readers<'a>(inputs: Inputs<'a>, survey: &Survey<'a>) -> Vec<Claim<'a>> {
    let mut claims = Vec::new();
    for (source, reader) in inputs.readers {
        let name = scrub_foreign(&reader.name);
        let sources = below(survey, source, reader.dataset.expose());
        for (into, system) in &inputs.estate.systems {
            let mut patterns = system.groups.iter().chain(&system.principals);
            if patterns.any(|pattern| name_fits(pattern.as_str(), name.as_str())) {
                let evidence = Evidence::Reader { name: name.clone(), last: reader.last };
                let (sources, status) = (sources.clone(), Status::Observed);
                claims.push(Claim { sources, from: None, into, status, evidence, carries: &[] });
            }
        }
    }
    claims
}

fn written(survey: &Survey<'_>, system: &Scrubbed) -> BTreeSet<End> {
    let datasets: BTreeSet<End> = survey.written_by(system).map(|p| survey.dataset_end(p)).collect();
    if datasets.is_empty() { BTreeSet::from([End::System(system.clone())]) } else { datasets }
}

/// Datasets by a pattern for their whole name, or for what stands below the source's name: an imported list knows
/// only that.
fn named(survey: &Survey<'_>, pattern: &str) -> BTreeSet<End> {
    let matches = |name: &str| {
        name_fits(pattern, name) || name.split_once('/').is_some_and(|(_, below)| name_fits(pattern, below))
    };
    ends(survey, matches)
}

/// Datasets of one source by a pattern for the part of their name below it.
fn below(survey: &Survey<'_>, source: &Scrubbed, pattern: &str) -> BTreeSet<End> {
    let matches = |name: &str| {
        let rest = name.strip_prefix(source.as_str());
        let rest = rest.map(|rest| rest.strip_prefix('/').unwrap_or(rest));
        rest.is_some_and(|rest| rest.is_empty() || name_fits(pattern, rest)) && is_of(source.as_str(), name)
    };
    ends(survey, matches)
}

fn is_of(source: &str, name: &str) -> bool {
    name == source || name.strip_prefix(source).is_some_and(|rest| rest.starts_with('/'))
}

fn ends(survey: &Survey<'_>, matches: impl Fn(&str) -> bool) -> BTreeSet<End> {
    let places = 0..survey.places.len();
    places
        .filter(|place| matches(survey.places[*place].name.as_str()))
        .map(|place| survey.dataset_end(place))
        .collect()
}

/// Adds the edges of all claims to the drafts that values and times made.
pub(super) fn place(claims: &[Claim<'_>], survey: &Survey<'_>, drafts: &mut Drafts) {
    let heard: Vec<&Claim<'_>> = claims.iter().filter(|claim| claim.status != Status::Permitted).collect();
    claims.iter().for_each(|claim| claim.place(survey, &heard, drafts));
    origin::attribute(survey, drafts);
}

fn declared<'c, 'a>(claims: &'c [Claim<'a>]) -> impl Iterator<Item = &'c Claim<'a>> {
    claims.iter().filter(|claim| claim.status == Status::Declared)
}

/// Pairs of datasets that declarations or told movements join, also through systems of which no dataset was looked at.
pub(super) fn declared_pairs(inputs: Inputs<'_>, claims: &[Claim<'_>], survey: &Survey<'_>) -> DeclaredPairs {
    let declared: Vec<&Claim<'_>> = declared(claims).collect();
    let number = |end: &End| end.dataset().and_then(|name| survey.place(name));
    let mut pairs = DeclaredPairs::default();
    movement::pairs(inputs, survey).into_iter().for_each(|pair| pairs.insert(pair, Grounds::Movement));
    for claim in &declared {
        let grounds = if claim.from.is_some() { Grounds::Flow } else { Grounds::Reader };
        let targets = written(survey, claim.into);
        for source in sources(claim, &declared).iter().filter_map(number) {
            let targets = targets.iter().filter_map(number);
            targets.for_each(|target| pairs.insert((source, target), grounds));
        }
    }
    pairs
}

/// Where a claim's data comes from: for a system without datasets, where its own data comes from as well.
fn sources(claim: &Claim<'_>, claims: &[&Claim<'_>]) -> BTreeSet<End> {
    let mut all = BTreeSet::new();
    let mut waiting: Vec<&End> = claim.sources.iter().collect();
    while let Some(end) = waiting.pop() {
        if all.insert(end.clone()) && matches!(end, End::System(_)) {
            let declared = |claim: &&&Claim<'_>| claim.status == Status::Declared;
            let before = claims.iter().filter(declared).filter(|claim| claim.into == end.name());
            waiting.extend(before.flat_map(|claim| &claim.sources));
        }
    }
    all
}

impl Claim<'_> {
    fn place(&self, survey: &Survey<'_>, claims: &[&Claim<'_>], drafts: &mut Drafts) {
        let targets = written(survey, self.into);
        let sources = sources(self, claims);
        let moved = |(from, to): &(&End, &End)| drafts.get(from, to).is_some_and(is_seen);
        let moved = owned(pairs(&sources, &targets).filter(moved).collect());
        let chosen = if moved.is_empty() { self.read(claims, &targets) } else { moved };
        let chosen = if chosen.is_empty() { self.possible(survey, &targets, drafts) } else { chosen };
        let chosen = if chosen.is_empty() { self.to_system() } else { chosen };
        for (from, to) in chosen {
            self.allow(drafts, &from, &to);
            for ends in drafts.below(&from, &to).into_iter().chain([(from, to)]) {
                let draft = self.draft(survey, ends, drafts);
                drafts.add(draft);
            }
        }
    }

    /// Of a flow into a system of which no dataset was looked at, what that system reads.
    fn read(&self, claims: &[&Claim<'_>], targets: &BTreeSet<End>) -> Vec<(End, End)> {
        let reads = |claim: &&&Claim<'_>, end: &End| {
            claim.from.is_none() && claim.into == self.into && claim.sources.contains(end)
        };
        let read = |end: &End| self.from.is_some() && claims.iter().any(|claim| reads(&claim, end));
        let whole = |(from, to): &(&End, &End)| matches!(to, End::System(_)) && read(from);
        owned(pairs(&self.sources, targets).filter(whole).collect())
    }

    fn possible(&self, survey: &Survey<'_>, targets: &BTreeSet<End>, drafts: &Drafts) -> Vec<(End, End)> {
        let could_be = |(from, to): &(&End, &End)| !self.could_carry(survey, from, to).is_empty();
        let mut possible = owned(pairs(&self.sources, targets).filter(could_be).collect());
        if possible.is_empty() && self.from.is_some() {
            possible = owned(pairs(&self.sources, targets).collect());
        }
        // A system that was not looked at brings first of all what nothing else brings.
        let place = |end: &End| end.dataset().and_then(|name| survey.place(name));
        let origin = |(from, to): &(End, End)| {
            let left =
                || place(to).is_some_and(|place| !origin::unexplained(survey, place, drafts).is_empty());
            from.dataset().is_none() && left()
        };
        if possible.iter().any(origin) {
            possible.retain(origin);
        }
        if possible.len() <= FEW { possible } else { Vec::new() }
    }

    fn to_system(&self) -> Vec<(End, End)> {
        let into = End::System(self.into.clone());
        let from = self.from.map(|from| BTreeSet::from([End::System(from.clone())]));
        owned(pairs(from.as_ref().unwrap_or(&self.sources), &BTreeSet::from([into])).collect())
    }

    /// Of what the target holds, what may have come this way: what the claim speaks of, or, if it says nothing,
    /// what the source holds of the same class.
    fn could_carry(&self, survey: &Survey<'_>, from: &End, to: &End) -> BTreeSet<Tag> {
        let held = |end: &End| end.dataset().and_then(|name| survey.place(name));
        let source = held(from).map(|place| &survey.places[place].tags);
        if source.is_some_and(BTreeSet::is_empty) {
            return BTreeSet::new();
        }
        let classes: Option<BTreeSet<Class>> = source.map(|tags| tags.iter().map(|tag| tag.class).collect());
        let says = |tag: &Tag| match self.carries {
            [] => classes.as_ref().is_none_or(|classes| classes.contains(&tag.class)),
            carries => carries.iter().any(|selector| selector.selects(*tag)),
        };
        let target = held(to).map(|place| &survey.places[place].tags);
        target.into_iter().flatten().copied().filter(says).collect()
    }

    fn draft(&self, survey: &Survey<'_>, (from, to): (End, End), drafts: &Drafts) -> Draft {
        let permitted = self.status == Status::Permitted;
        let seen = drafts.get(&from, &to).is_some_and(is_seen);
        // That a field moves is not what was declared.
        let certain = !permitted && from.field().is_none();
        let carries = if permitted || seen { BTreeSet::new() } else { self.could_carry(survey, &from, &to) };
        Draft {
            from,
            to,
            via: Some(self.into.clone()),
            transform: Transform::Unknown,
            status: self.status,
            probability: if certain { Probability::CERTAIN } else { Probability::default() },
            evidence: vec![self.evidence.clone()],
            carries,
        }
    }

    fn allow(&self, drafts: &mut Drafts, from: &End, to: &End) {
        if self.status != Status::Declared || self.from.is_none() {
            return;
        }
        let anything = Class::ALL.map(|class| Selector { class, state: None });
        let said = if self.carries.is_empty() { &anything[..] } else { self.carries };
        drafts.allowed.entry((from.clone(), to.clone())).or_default().extend(said);
    }
}

fn owned(pairs: Vec<(&End, &End)>) -> Vec<(End, End)> {
    pairs.into_iter().map(|(from, to)| (from.clone(), to.clone())).collect()
}

fn pairs<'e>(
    sources: &'e BTreeSet<End>,
    targets: &'e BTreeSet<End>,
) -> impl Iterator<Item = (&'e End, &'e End)> {
    sources
        .iter()
        .flat_map(move |from| targets.iter().map(move |to| (from, to)))
        .filter(|(from, to)| from != to)
}

/// Whether values were seen to move.
fn is_seen(edge: &super::Edge) -> bool {
    edge.status.contains(&Status::Inferred)
}

#[cfg(test)]
mod tests {
    use crate::lineage::fixture::{Shop, listing};

    fn check(shop: Shop, expected: &str) {
        assert_eq!(listing(&shop.lineage()), expected);
    }

    #[test]
    fn a_flow_joins_the_datasets_of_its_systems_by_what_it_carries() {
        let shop = Shop::default()
            .dataset("orders", "shop", "-", "-")
            .values("orders", "token", "token", &[(1, None)])
            .dataset("contacts", "crm", "-", "-")
            .values("contacts", "card_ref", "token", &[(2, None)])
            .dataset("mails", "crm", "-", "-")
            .flow("shop", "crm", "token");
        check(shop, "orders -> contacts [declared] unknown");
    }

    #[test]
    fn a_system_without_a_dataset_stands_for_itself() {
        let shop = Shop::default()
            .system("gw", "payment-gateway")
            .dataset("log", "checkout", "-", "-")
            .flow("gw", "checkout", "token")
            .flow("checkout", "mailer", "");
        check(shop, "(gw) -> log [declared] unknown\nlog -> (mailer) [declared] unknown");
    }

    #[test]
    fn a_reader_that_holds_nothing_alike_ends_at_its_system() {
        let shop = Shop::default()
            .dataset("topic", "pay", "fraud", "-")
            .values("topic", "pan", "pan", &[(1, None)])
            .dataset("scores", "fraud", "-", "-");
        check(shop, "topic -> (fraud) [declared] unknown");
    }

    #[test]
    fn a_flow_goes_through_what_its_system_reads() {
        let shop = Shop::default()
            .system("fraud", "service")
            .dataset("payments", "pay", "fraud", "-")
            .dataset("payments-retry", "pay", "-", "-")
            .dataset("payments-dlt", "pay", "-", "-")
            .flow("pay", "fraud", "pan");
        check(shop, "payments -> (fraud) [declared] unknown");
    }

    #[test]
    fn many_guesses_become_one_edge() {
        let mut shop = Shop::default().flow("a", "b", "");
        for (value, (name, system)) in
            (1..).zip([("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("b2", "b")])
        {
            shop = shop.dataset(name, system, "-", "-").values(name, "t", "token", &[(value, None)]);
        }
        check(shop, "(a) -> (b) [declared] unknown");
    }

    #[test]
    fn grants_permit_and_groups_were_seen() {
        let grant = dyetrace_connectors::Grant {
            principal: "User:crm".into(),
            may: dyetrace_connectors::Permission::Read,
            dataset: "pay*".into(),
        };
        let reader =
            dyetrace_connectors::Reader { name: "User:fraud".into(), dataset: "payments".into(), last: None };
        let mut shop = Shop::default()
            .system("crm", "crm")
            .acts_as("crm", "User:crm*")
            .system("fraud", "service")
            .acts_as("fraud", "User:fraud")
            .dataset("bus/payments", "pay", "-", "-");
        shop.grants = vec![(crate::detect::scrub("bus"), grant)];
        shop.readers = vec![(crate::detect::scrub("bus"), reader)];
        check(shop, "bus/payments -> (crm) [permitted] unknown\nbus/payments -> (fraud) [observed] unknown");
    }
}
