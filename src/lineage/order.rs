//! Which of two datasets had values first: votes by times, and what to go by where times are silent.

use super::{Orientation, Survey};
use crate::{decode::Time, observe::Sighting};

/// What one value says of two datasets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The source surely had it first, at a time when the target could have shown it.
    Before,
    /// The source had it first, but the target's records begin only later: a snapshot, or a shorter retention.
    PerhapsBefore,
    /// Times are missing, equal or too wide.
    Unknown,
    /// The target had it first, but the source's records begin only later.
    PerhapsAfter,
    /// The target surely had it first.
    After,
}

/// Votes of many values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Votes {
    pub(super) forward: u64,
    pub(super) backward: u64,
    perhaps_forward: u64,
    perhaps_backward: u64,
}

/// What all values together say of a pair, or what else does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// By times: this way.
    Forward,
    /// By times: the other way.
    Backward,
    /// Some values went this way and some the other; or both have them from a third.
    Mixed,
    /// Times are silent: this way by something weaker.
    Oriented(Orientation),
    /// Times are silent: the other way.
    Against,
}

impl Order {
    /// Of a value's first sightings at source and target.
    pub(super) fn of(source: &Sighting, target: &Sighting, opens: (i64, i64)) -> Self {
        let (Some(from), Some(to)) = (source.first, target.first) else { return Order::Unknown };
        Order::of_times(&from, &to, opens)
    }

    /// `opens` is when the records of source and target begin.
    pub(super) fn of_times(from: &Time, to: &Time, opens: (i64, i64)) -> Self {
        match (from.before(to), to.before(from)) {
            (true, _) if from.latest >= opens.1 => Order::Before,
            (true, _) => Order::PerhapsBefore,
            (_, true) if to.latest >= opens.0 => Order::After,
            (_, true) => Order::PerhapsAfter,
            _ => Order::Unknown,
        }
    }

    /// Whether the target may have the value from the source.
    pub(super) fn allows(self) -> bool {
        !matches!(self, Order::After | Order::PerhapsAfter)
    }
}

impl Votes {
    pub(super) fn add(&mut self, order: Order) {
        match order {
            Order::Before => self.forward += 1,
            Order::PerhapsBefore => self.perhaps_forward += 1,
            Order::Unknown => {}
            Order::PerhapsAfter => self.perhaps_backward += 1,
            Order::After => self.backward += 1,
        }
    }

    /// The sure votes; without any, the others.
    pub(super) fn counted(&self) -> (u64, u64) {
        match self.forward + self.backward {
            0 => (self.perhaps_forward, self.perhaps_backward),
            _ => (self.forward, self.backward),
        }
    }

    /// Whether the direction rests on votes that retention may have turned around.
    pub(super) fn are_weak(&self) -> bool {
        self.forward + self.backward == 0
    }

    /// More than three to one is a direction: clocks differ, and records come late.
    fn lead(&self) -> Option<Lead> {
        match self.counted() {
            (0, 0) => None,
            (forward, backward) if forward > 3 * backward => Some(Lead::Forward),
            (forward, backward) if backward > 3 * forward => Some(Lead::Backward),
            _ => Some(Lead::Mixed),
        }
    }
}

/// A pair of datasets, looked at from source to target.
pub(super) struct Pair {
    pub(super) source: usize,
    pub(super) target: usize,
    pub(super) votes: Votes,
    /// Shared values, and all values of the source and of the target.
    pub(super) shared: [u64; 3],
    /// Declared this way, and the other.
    pub(super) declared: [bool; 2],
}

impl Pair {
    pub(super) fn lead(&self, survey: &Survey<'_>) -> Lead {
        match (self.votes.lead(), self.declared) {
            (Some(Lead::Mixed), [true, false]) => Lead::Oriented(Orientation::Declared),
            (Some(Lead::Mixed), [false, true]) => Lead::Against,
            (Some(lead), _) => lead,
            (None, _) => self.oriented(survey),
        }
    }

    fn oriented(&self, survey: &Survey<'_>) -> Lead {
        let [source, target] = [self.source, self.target].map(|place| &survey.places[place]);
        let by = match (self.declared, source.ring.zip(target.ring), self.contained()) {
            ([true, false], ..) => (Orientation::Declared, true),
            ([false, true], ..) => (Orientation::Declared, false),
            (_, Some((from, to)), _) if from != to => (Orientation::Zone, from < to),
            (_, _, Some(contained)) => (Orientation::Containment, contained),
            _ => (Orientation::Names, source.name < target.name),
        };
        if by.1 { Lead::Oriented(by.0) } else { Lead::Against }
    }

    /// Whether the target holds hardly anything that the source does not, and not the other way; `None` if both
    /// or neither do.
    fn contained(&self) -> Option<bool> {
        let [shared, source, target] = self.shared;
        let [source_in_target, target_in_source] = [source, target].map(|all| shared * 10 >= all * 9);
        (source_in_target != target_in_source).then_some(target_in_source)
    }
}
