//! The parts of a group that are read beside each other. A group of few streams is read stream by stream, whose calls
//! may be made more often; one of many (a function has one for each of its instances) by slices of time with the
//! streams interleaved, since a call for each stream would fetch little. Only slices miss no stream, so streams are
//! taken only where the service said in one answer that there are no more.

use std::ops::Range;

use super::Logs;
use super::groups::Group;
use crate::{Partition, SourceError};

/// As many streams are read one by one.
const FEW_STREAMS: usize = 16;
/// So many slices are read beside each other: the service takes five to ten calls for slices a second.
const SLICES: usize = 4;

/// What a partition's name says. No stream's name has `:` or `*`, and no group's.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    /// `group:stream`
    Stream(String),
    /// `group:*2/4`: the second of four slices of the time that is read.
    Slice { number: usize, of: usize },
}

impl Part {
    /// The group and the part that a partition's name says.
    pub(super) fn parse(name: &str) -> Option<(&str, Part)> {
        let (group, part) = name.split_once(':')?;
        let part = match part.strip_prefix('*') {
            None => Part::Stream(part.to_owned()),
            Some(slice) => {
                let (number, of) = slice.split_once('/')?;
                let (number, of) = (number.parse().ok()?, of.parse().ok()?);
                (1..=of).contains(&number).then_some(Part::Slice { number, of })?
            }
        };
        Some((group, part))
    }

    fn name(&self, group: &str) -> String {
        match self {
            Part::Stream(stream) => format!("{group}:{stream}"),
            Part::Slice { number, of } => format!("{group}:*{number}/{of}"),
        }
    }

    /// Of the time that is read, what this part reads.
    pub(super) fn times(&self, all: Range<i64>) -> Range<i64> {
        match self {
            Part::Stream(_) => all,
            Part::Slice { number, of } => {
                let length = u128::try_from(all.end - all.start).unwrap_or(0);
                let edge = |slices: usize| {
                    let passed = length * slices as u128 / *of as u128;
                    all.start + i64::try_from(passed).unwrap_or(0)
                };
                edge(number - 1)..edge(*number)
            }
        }
    }
}

/// The parts of a group as partitions.
pub(super) fn of(logs: &Logs, group: &Group) -> Result<Vec<Partition>, SourceError> {
    let slices = |of: usize| (1..=of).map(|number| Part::Slice { number, of }).collect();
    // Only slices are searched for a pattern. The newest of many streams are the newest of the group.
    let streams = if logs.wanted.filter.is_some() { None } else { few_streams(logs, group)? };
    let parts: Vec<Part> = match streams {
        Some(streams) => streams.into_iter().map(Part::Stream).collect(),
        None if logs.wanted.newest.is_some() => slices(1),
        None => slices(SLICES),
    };
    let partition =
        |part: Part| Partition { name: part.name(&group.name).into(), size: None, modified: None };
    Ok(parts.into_iter().map(partition).collect())
}

/// The names of all the group's streams, if they are few. Not being allowed to ask is no loss.
fn few_streams(logs: &Logs, group: &Group) -> Result<Option<Vec<String>>, SourceError> {
    let call = logs.client()?.describe_log_streams().log_group_name(&group.name).limit(50);
    let Ok(page) = logs.session.ask(&group.name, call.send()) else { return Ok(None) };
    if page.next_token().is_some() || page.log_streams().len() > FEW_STREAMS {
        return Ok(None);
    }
    let names = page.log_streams().iter().filter_map(|stream| stream.log_stream_name());
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort_unstable();
    Ok(Some(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_is_a_stream_or_a_slice() {
        let check = |name: &str| {
            let parsed = Part::parse(name);
            if let Some((group, part)) = &parsed {
                assert_eq!(part.name(group), name);
            }
            format!("{parsed:?}")
        };
        assert_eq!(
            check("/aws/lambda/a:2026/11/26/[$LATEST]0f"),
            "Some((\"/aws/lambda/a\", Stream(\"2026/11/26/[$LATEST]0f\")))"
        );
        assert_eq!(check("web:*2/4"), "Some((\"web\", Slice { number: 2, of: 4 }))");
        for odd in ["web", "web:*", "web:*0/4", "web:*5/4", "web:*a/b"] {
            assert_eq!(check(odd), "None");
        }
    }

    #[test]
    fn slices_are_all_of_the_time() {
        let slices = |all: Range<i64>, of| -> Vec<Range<i64>> {
            (1..=of).map(|number| Part::Slice { number, of }.times(all.clone())).collect()
        };
        assert_eq!(slices(10..20, 4), [10..12, 12..15, 15..17, 17..20]);
        assert_eq!(slices(5..5, 2), [5..5, 5..5]);
        assert_eq!(Part::Slice { number: 1, of: 1 }.times(0..i64::MAX), 0..i64::MAX);
    }
}
