//! Simulated estates with known flows: how many of them are found, how many found ones are real, and whether edges
//! that are said to be 80 % sure are real four times in five. `docs/lineage.md` has the numbers; they are made by
//! `cargo test --lib lineage_reliability -- --ignored --nocapture`.
//!
//! An estate has 8 to 12 datasets. Values begin at one or two of them and spread along random edges: each edge
//! carries a share of the values, after a delay of its own, streaming (exponential) or in nightly batches. Some
//! datasets were read only in part, some clocks are off, some flows are declared.

use std::collections::{BTreeMap, BTreeSet};

use super::{Probability, Status, fixture::Shop};

/// xorshift64*: Vigna 2016.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn in_hundred(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    /// Exponential, by its mean.
    fn delay(&mut self, mean: u64) -> u64 {
        let uniform = (self.below(1 << 20) + 1) as f64 / f64::from(1 << 20);
        (-uniform.ln() * mean as f64) as u64
    }
}

const MINUTE: u64 = 60_000;
const DAY: u64 = 1440 * MINUTE;

#[derive(Clone, Copy)]
enum Pace {
    Stream(u64),
    Nightly,
}

struct Flow {
    from: usize,
    to: usize,
    share: u64,
    pace: Pace,
}

/// What a simulated estate is like.
#[derive(Clone, Copy)]
struct Setting {
    name: &'static str,
    /// Every flow carries everything.
    whole: bool,
    /// In hundredths: datasets that were read only in part.
    partial: u64,
    /// In hundredths: flows that are declared.
    declared: u64,
    /// In hundredths: datasets without times.
    untimed: u64,
}

struct World {
    flows: Vec<Flow>,
    shop: Shop,
}

fn world(chance: &mut Chance, setting: Setting) -> World {
    let places = 8 + chance.below(5) as usize;
    let flows = flows(chance, places, setting);
    let mut held: Vec<BTreeMap<u64, u64>> = vec![BTreeMap::new(); places];
    for value in 0..300 {
        held[chance.below(2) as usize].insert(value, chance.below(14 * DAY));
    }
    for to in 0..places {
        for flow in flows.iter().filter(|flow| flow.to == to) {
            let batch: Vec<(u64, u64)> = held[flow.from].iter().map(|(value, at)| (*value, *at)).collect();
            for (value, at) in batch {
                if chance.in_hundred(flow.share) {
                    let arrives = arrival(chance, flow.pace, at);
                    let first = held[to].entry(value).or_insert(arrives);
                    *first = arrives.min(*first);
                }
            }
        }
    }
    let shop = shop(chance, setting, &flows, &held);
    World { flows, shop }
}

fn flows(chance: &mut Chance, places: usize, setting: Setting) -> Vec<Flow> {
    let mut pairs = BTreeSet::new();
    for to in 2..places {
        pairs.insert((chance.below(to as u64) as usize, to));
        if chance.in_hundred(30) {
            pairs.insert((chance.below(to as u64) as usize, to));
        }
    }
    let mut flow = |(from, to)| Flow {
        from,
        to,
        share: if setting.whole { 100 } else { [100, 80, 50, 20, 5][chance.below(5) as usize] },
        pace: match chance.below(4) {
            0 => Pace::Nightly,
            _ => Pace::Stream([1, 10, 60][chance.below(3) as usize] * MINUTE),
        },
    };
    pairs.into_iter().map(&mut flow).collect()
}

fn arrival(chance: &mut Chance, pace: Pace, at: u64) -> u64 {
    match pace {
        Pace::Stream(mean) => at + 1 + chance.delay(mean),
        Pace::Nightly => (at / DAY + 1) * DAY,
    }
}

fn name(place: usize) -> &'static str {
    // Not in the order of the flows, so that names give nothing away.
    ["kiwi", "fig", "plum", "apple", "date", "pear", "lime", "mango", "cherry", "olive", "grape", "melon"]
        [place]
}

fn shop(chance: &mut Chance, setting: Setting, flows: &[Flow], held: &[BTreeMap<u64, u64>]) -> Shop {
    let mut shop = Shop::default();
    for (place, values) in held.iter().enumerate() {
        let kept = if chance.in_hundred(setting.partial) { 50 } else { 100 };
        let skew = if chance.in_hundred(20) { chance.below(2000) as i64 } else { 0 };
        let timed = !chance.in_hundred(setting.untimed);
        let seen: Vec<(u64, Option<i64>)> = values
            .iter()
            .filter(|_| chance.in_hundred(kept))
            .map(|(value, at)| (*value, timed.then_some(*at as i64 + skew)))
            .collect();
        shop = shop.dataset(name(place), name(place), "-", "-").values(name(place), "pan", "pan", &seen);
    }
    let declared = flows.iter().filter(|_| chance.in_hundred(setting.declared));
    declared.fold(shop, |shop, flow| shop.flow(name(flow.from), name(flow.to), ""))
}

/// Edges that are said to be so sure, and how many of them are real.
#[derive(Default)]
struct Tally {
    buckets: BTreeMap<u16, [u64; 2]>,
    found: u64,
    flows: u64,
    sure: [u64; 2],
}

impl Tally {
    fn add(&mut self, world: &World) {
        let lineage = world.shop.lineage();
        // A flow of which no value was seen at both ends leaves nothing to be found.
        let real: BTreeSet<(&str, &str)> = world.flows.iter().map(|f| (name(f.from), name(f.to))).collect();
        self.flows += real.len() as u64;
        for (_, edge) in lineage.edges().filter(|(_, edge)| edge.from.field().is_some()) {
            let hit = real.contains(&(edge.from.name().as_str(), edge.to.name().as_str()));
            let Probability(sure) = edge.probability;
            assert!(edge.status.contains(&Status::Inferred));
            let bucket = self.buckets.entry(sure / 100).or_default();
            bucket[0] += 1;
            bucket[1] += u64::from(hit);
            self.found += u64::from(hit);
            if edge.probability >= Probability::SURE {
                self.sure[0] += 1;
                self.sure[1] += u64::from(hit);
            }
        }
    }

    fn precision_recall(&self) -> (u64, u64) {
        let all: u64 = self.buckets.values().map(|[all, _]| all).sum();
        (self.found * 100 / all.max(1), self.found * 100 / self.flows.max(1))
    }
}

const SETTINGS: [Setting; 5] = [
    Setting { name: "all values, all read", whole: true, partial: 0, declared: 0, untimed: 0 },
    Setting { name: "shares of values, all read", whole: false, partial: 0, declared: 0, untimed: 0 },
    Setting { name: "shares, a third half read", whole: false, partial: 33, declared: 0, untimed: 0 },
    Setting { name: "the same, half declared", whole: false, partial: 33, declared: 50, untimed: 0 },
    Setting { name: "the same, a fifth without times", whole: false, partial: 33, declared: 50, untimed: 20 },
];

/// The formula was tuned on seeds 1 to 100; these it has not seen.
const FIRST_SEED: u64 = 1001;

fn tally(setting: Setting, worlds: u64) -> Tally {
    let mut tally = Tally::default();
    for seed in FIRST_SEED..FIRST_SEED + worlds {
        tally.add(&world(&mut Chance(seed * 0x9e37_79b9), setting));
    }
    tally
}

#[test]
#[ignore = "a measurement, half a minute long"]
#[allow(clippy::print_stdout, reason = "the table is what it is for")]
fn lineage_reliability() {
    let mut all: BTreeMap<u16, [u64; 2]> = BTreeMap::new();
    for setting in SETTINGS {
        let tally = tally(setting, 100);
        let (precision, recall) = tally.precision_recall();
        let [sure, right] = tally.sure;
        let name = setting.name;
        println!("{name}: precision {precision} %, recall {recall} %; surely {right} of {sure}");
        for (bucket, [edges, right]) in tally.buckets {
            let sum = all.entry(bucket).or_default();
            *sum = [sum[0] + edges, sum[1] + right];
        }
    }
    for (bucket, [edges, right]) in all {
        println!("0.{bucket}0 to 0.{bucket}9: {edges} edges, {} % real", right * 100 / edges);
    }
}

#[test]
fn most_flows_are_found_and_most_found_are_real() {
    let (precision, recall) = tally(SETTINGS[1], 20).precision_recall();
    assert!(precision >= 70 && recall >= 70, "precision {precision}, recall {recall}");
}
