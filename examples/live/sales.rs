//! An afternoon's sales, and which of them went wrong where.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::world::{Channel, Sale, Story, World};

const SALES: usize = 240;
const MINUTE: i64 = 60_000;

/// The shop's first sales, half a minute apart, the last of them an hour ago: CloudWatch takes events of the last two
/// weeks only.
pub fn sales() -> Vec<Sale> {
    let beginning = now() - 180 * MINUTE;
    let times = (0..).map(|number| beginning + number * MINUTE / 2);
    of_the_web().take(SALES).zip(times).map(|(sale, at)| Sale { at, ..sale }).collect()
}

/// A sale of six weeks ago that nobody ever looked at again.
pub fn forgotten() -> Sale {
    let sale = of_the_web().nth(SALES).unwrap();
    Sale { at: now() - 42 * 24 * 60 * MINUTE, ..sale }
}

fn of_the_web() -> impl Iterator<Item = Sale> {
    World::new(Story::Leaky).sales.into_iter().filter(|sale| sale.channel == Channel::Web)
}

/// One in so many, from a place on.
pub fn each(sales: &[Sale], nth: usize, from: usize) -> impl Iterator<Item = &Sale> {
    sales.iter().skip(from).step_by(nth)
}

#[expect(clippy::disallowed_methods, reason = "the servers have a clock of their own")]
fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap() * 1_000
}
