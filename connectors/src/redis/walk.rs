//! Walks along a list, a sorted set, a stream or a fixed row of keys, a page at a time, while others push and pop:
//! nothing is given out twice, and what was lost is noticed. It must not know what the entries are.

use std::collections::VecDeque;
use std::sync::Arc;

use redis::cmd;
use zeroize::Zeroizing;

use super::client::Link;
use crate::pages::{Bounds, PAGE};
use crate::sample::hash;
use crate::{EndNote, SourceError};

/// Entries of a page at most.
const ENTRIES: usize = 100;
/// Entries of the first page: nobody knows yet how long they are, since the server tells no lengths; and of several read
/// ones some remain when others pop.
const FIRST: usize = 4;
/// How many of the last entries are remembered, so that one of them is found again when others went.
const REMEMBERED: usize = 64;
/// Pages that are looked through on each side for an entry that moved.
const SIDE: usize = 16;

/// What is walked along.
#[derive(Clone)]
pub(super) enum Row {
    List(String),
    /// By score, the lowest first.
    Sorted(String),
    Stream(String),
    /// Keys that were found by a pattern, by name.
    Keys(Arc<Vec<String>>),
}

/// One entry of a row.
pub(super) struct Entry {
    /// The element, the member, the key, or a stream entry's id.
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// A member's score.
    pub(super) score: Option<f64>,
    /// A stream entry's names and values.
    pub(super) fields: Vec<Zeroizing<Vec<u8>>>,
}

/// Which end of a row comes first.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Order {
    AsItStands,
    /// A sorted set from its highest score down.
    NewestFirst,
}

/// A walk along one row.
pub(super) struct Walk {
    row: Row,
    order: Order,
    /// Place of the next entry.
    at: usize,
    /// Entries that may still be given out.
    left: u64,
    /// Entries of the next page.
    size: usize,
    /// Hashes of the last entries, the newest last.
    seen: VecDeque<u64>,
    /// The last id of a stream, or the first that is wanted.
    id: String,
    /// Entries of a stream that are passed over first.
    pass: usize,
    /// A stream's ids end here.
    until: String,
    pub(super) note: EndNote,
}

impl Walk {
    /// Begins at the entry `from`.
    pub(super) fn new(row: Row, from: u64, bounds: &Bounds) -> Walk {
        let at = usize::try_from(from).unwrap_or(usize::MAX);
        let (sorted, newest) = (matches!(row, Row::Sorted(_)), bounds.newest());
        Walk {
            order: if newest.is_some() && sorted { Order::NewestFirst } else { Order::AsItStands },
            row,
            at,
            pass: at,
            left: newest.map_or(u64::MAX, |newest| newest.saturating_sub(from)),
            size: FIRST,
            seen: VecDeque::new(),
            // An id begins with its milliseconds.
            id: bounds.wanted.since.map_or("-".into(), |since| since.max(0).to_string()),
            until: bounds.wanted.until.map_or("+".into(), |until| (until - 1).max(0).to_string()),
            note: EndNote::Complete,
        }
    }

    /// The next entries; none is the end.
    pub(super) fn next(&mut self, link: &mut Link) -> Result<Vec<Entry>, SourceError> {
        let count = self.size.min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if count == 0 {
            return Ok(Vec::new());
        }
        let entries = match &self.row {
            Row::Keys(keys) => {
                let keys = keys.iter().skip(self.at).take(count);
                keys.map(|key| Entry::of(key.as_bytes().to_vec())).collect()
            }
            Row::Stream(_) => self.along_stream(link, count)?,
            Row::List(_) | Row::Sorted(_) => self.along_ranks(link, count)?,
        };
        if matches!(self.row, Row::Keys(_)) {
            self.at += entries.len();
        }
        self.left -= entries.len() as u64;
        Ok(entries)
    }

    /// Says how long the longest record was that the last entries led to, so that the next page is of a fit size:
    /// were all as long as that one, it would still fit.
    pub(super) fn weigh(&mut self, longest: usize) {
        self.size = (PAGE / longest.max(1)).clamp(1, ENTRIES).min(self.size * 4);
    }

    /// A stream has no ranks: what lies before the first entry is passed over.
    fn along_stream(&mut self, link: &mut Link, count: usize) -> Result<Vec<Entry>, SourceError> {
        let Row::Stream(key) = &self.row else { return Ok(Vec::new()) };
        loop {
            let want = if self.pass > 0 { self.pass.min(ENTRIES) } else { count };
            let mut asked = cmd("XRANGE");
            asked.arg(key).arg(&self.id).arg(&self.until).arg("COUNT").arg(want);
            let page: Vec<(String, Vec<Vec<u8>>)> = link.ask(key, &asked)?;
            if let Some((id, _)) = page.last() {
                self.id = format!("({id}");
            }
            if self.pass == 0 || page.is_empty() {
                return Ok(page.into_iter().map(Entry::of_stream).collect());
            }
            self.pass -= page.len();
        }
    }

    /// The entry before the page is fetched again: if it is not what it was, others pushed or popped.
    fn along_ranks(&mut self, link: &mut Link, count: usize) -> Result<Vec<Entry>, SourceError> {
        let start = self.at - usize::from(!self.seen.is_empty());
        let mut page = self.range(link, start, self.at + count)?;
        let mut begin = start;
        let fresh = match (self.seen.back(), page.first()) {
            (None, _) => 0,
            (Some(last), Some(first)) if *last == hash(&first.bytes) => 1,
            _ => {
                begin = self.at.saturating_sub(SIDE * self.size);
                page = self.range(link, begin, self.at + SIDE * self.size)?;
                self.after_last_seen(&page, begin)
            }
        };
        page.truncate(fresh + count);
        let entries = page.split_off(fresh.min(page.len()));
        self.at = begin + fresh + entries.len();
        self.remember(&entries);
        Ok(entries)
    }

    /// Where a page that begins at `begin` goes on after what was given out last.
    fn after_last_seen(&mut self, page: &[Entry], begin: usize) -> usize {
        let hashes: Vec<u64> = page.iter().map(|entry| hash(&entry.bytes)).collect();
        let find = |seen: &u64| hashes.iter().rposition(|entry| entry == seen);
        let Some(place) = self.seen.iter().rev().find_map(find) else {
            self.note = EndNote::Cut;
            return self.at - begin;
        };
        if begin + place >= self.at && self.note == EndNote::Complete {
            self.note = EndNote::Grew;
        }
        place + 1
    }

    fn remember(&mut self, entries: &[Entry]) {
        self.seen.extend(entries.iter().map(|entry| hash(&entry.bytes)));
        let over = self.seen.len().saturating_sub(REMEMBERED);
        self.seen.drain(..over);
    }

    /// The entries at the places from `start` on, before `end`.
    fn range(&self, link: &mut Link, start: usize, end: usize) -> Result<Vec<Entry>, SourceError> {
        match &self.row {
            Row::Sorted(key) => {
                let mut asked = cmd("ZRANGE");
                asked.arg(key).arg(start).arg(end - 1);
                if self.order == Order::NewestFirst {
                    asked.arg("REV");
                }
                let page: Vec<(Vec<u8>, f64)> = link.ask(key, asked.arg("WITHSCORES"))?;
                let entry = |(member, score)| Entry { score: Some(score), ..Entry::of(member) };
                Ok(page.into_iter().map(entry).collect())
            }
            Row::List(key) => {
                let page: Vec<Vec<u8>> = link.ask(key, cmd("LRANGE").arg(key).arg(start).arg(end - 1))?;
                Ok(page.into_iter().map(Entry::of).collect())
            }
            Row::Stream(_) | Row::Keys(_) => Ok(Vec::new()),
        }
    }
}

impl Entry {
    fn of(bytes: Vec<u8>) -> Entry {
        Entry { bytes: Zeroizing::new(bytes), score: None, fields: Vec::new() }
    }

    fn of_stream((id, fields): (String, Vec<Vec<u8>>)) -> Entry {
        let fields = fields.into_iter().map(Zeroizing::new).collect();
        Entry { fields, ..Entry::of(id.into_bytes()) }
    }
}
