//! How sure an inferred edge is, from counts alone. `docs/lineage.md` says how well that fits simulated estates.

use super::{
    Orientation, Probability,
    cascade::Rivals,
    order::{Lead, Votes},
};

/// What is known of an edge that values made.
pub(super) struct Strength {
    /// Values, or pairs of records, that agree.
    pub(super) shared: u64,
    /// Pairs of records that do not.
    pub(super) differ: u64,
    pub(super) votes: Votes,
    pub(super) lead: Lead,
    pub(super) rivals: Rivals,
    /// Of the values that may have come this way, how many nothing better explains, and all.
    pub(super) explained: [u64; 2],
}

impl Strength {
    /// The product of four: that the two are connected, that it goes this way, that it goes directly, and that
    /// no other edge explains it already.
    pub(super) fn probability(&self) -> Probability {
        let factors = [self.connected(), self.directed(), direct(self.rivals), self.novel()];
        let product = factors.iter().fold(1000, |product, factor| product * factor / 1000);
        Probability(u16::try_from(product).map_or(Probability::INFERRED_MOST.0, |p| p))
            .min(Probability::INFERRED_MOST)
    }

    /// The mean of a Beta posterior. Its prior is worth four that agree: long values do not meet by chance, and
    /// one alone may still be the same customer twice.
    fn connected(&self) -> u64 {
        share(self.shared + 3, self.differ)
    }

    fn directed(&self) -> u64 {
        let (forward, backward) = self.votes.counted();
        match self.lead {
            Lead::Forward if self.votes.are_weak() => share(forward, backward) * 95 / 100,
            Lead::Forward => share(forward, backward),
            Lead::Mixed => share(forward, backward) * 6 / 10,
            Lead::Oriented(Orientation::Declared) => 950,
            Lead::Oriented(Orientation::Zone) => 800,
            Lead::Oriented(Orientation::Containment) => 450,
            Lead::Oriented(Orientation::Names) | Lead::Backward | Lead::Against => 250,
        }
    }

    /// A second parent is real in a third of the cases: what it adds may also have slipped by the first, which was
    /// read in part.
    fn novel(&self) -> u64 {
        match self.explained {
            [explained, all] if explained < all => 250 + explained * 300 / all,
            _ => 1000,
        }
    }
}

fn share(agree: u64, differ: u64) -> u64 {
    (agree + 1) * 1000 / (agree + differ + 2)
}

fn direct(rivals: Rivals) -> u64 {
    match rivals {
        Rivals::None => 1000,
        Rivals::Declared => 980,
        Rivals::Spread => 800,
        Rivals::Latest => 600,
    }
}
