//! What is known of a table before it is read, and the SELECT that makes each row one JSON object whose names are
//! the columns. It must not run anything.

use crate::endpoint::unfit;
use crate::{Foreign, Sample, Settings, SourceError};

/// A table, or a query.
#[derive(Clone, Default)]
pub(super) struct Table {
    /// `schema.table`, or `query`.
    pub(super) name: String,
    pub(super) oid: Option<u32>,
    /// What stands after FROM.
    pub(super) from: String,
    pub(super) columns: Vec<Column>,
    /// As the statistics have it.
    pub(super) rows: Option<u64>,
    pub(super) comment: Option<String>,
}

/// One column that may be read.
#[derive(Clone, Default)]
pub(super) struct Column {
    pub(super) name: String,
    /// As SQL spells it; empty for a query's.
    pub(super) kind: String,
    pub(super) content: Content,
    /// Its place in the primary key.
    pub(super) key: Option<i64>,
    pub(super) comment: Option<String>,
}

/// Whether a column's text is its value.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) enum Content {
    #[default]
    Text,
    /// `bytea`: its text would be hexadecimal digits, in which nobody finds anything.
    Bytes,
}

/// Which part of each table was asked for.
#[derive(Clone)]
pub(super) struct Part {
    /// The column that holds a row's time.
    pub(super) time: Option<String>,
    percent: Option<f64>,
    pub(super) newest: Option<u64>,
    since: Option<i64>,
    until: Option<i64>,
}

impl Part {
    pub(super) fn new(settings: &Settings) -> Result<Part, SourceError> {
        let percent = settings.text("tablesample").map(percent).transpose()?;
        let newest = match settings.sample {
            Sample::Newest(count) => Some(count),
            _ => None,
        };
        let time = settings.text("time_column").map(str::to_owned);
        Ok(Part { time, percent, newest, since: settings.since, until: settings.until })
    }

    /// Whether only some of the rows were asked for, in a way that the records do not show.
    pub(super) fn is_sampled(&self) -> bool {
        self.percent.is_some()
    }
}

fn percent(typed: &str) -> Result<f64, SourceError> {
    let percent = typed.trim_end_matches('%').trim().parse::<f64>().ok();
    let fit = percent.filter(|percent| *percent > 0.0 && *percent <= 100.0);
    fit.ok_or_else(|| unfit("tablesample", typed, "`tablesample` is a percentage above 0, up to 100"))
}

/// How a table is walked along.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Walk {
    /// By the primary key, a page after the last key of the one before.
    Keys,
    /// By a cursor, in the order that the server gives.
    Cursor,
}

/// Names of columns that count attempts, in job tables and outboxes.
const ATTEMPTS: &[&str] =
    &["attempts", "attempt", "attempt_count", "retry_count", "retries", "retrycount", "error_count"];
/// Names of columns that hold when a job failed first, or at all.
const FAILED: &[&str] = &["first_failed_at", "failed_at"];

impl Table {
    /// The primary key's columns, in its order.
    pub(super) fn key(&self) -> Vec<&Column> {
        let mut key: Vec<&Column> = self.columns.iter().filter(|column| column.key.is_some()).collect();
        key.sort_by_key(|column| column.key);
        key
    }

    pub(super) fn walk(&self, part: &Part) -> Walk {
        let by_time = part.newest.is_some() && self.time(part).is_some();
        if self.key().is_empty() || by_time || part.percent.is_some() { Walk::Cursor } else { Walk::Keys }
    }

    /// The rows after a key, whose columns are `$1`, `$2`; or the first ones, without `skip` of them.
    pub(super) fn page(&self, part: &Part, after: After, count: u64) -> String {
        let key = self.key();
        let names = key.iter().map(|column| format!("t.{}", quoted(&column.name))).collect::<Vec<_>>();
        let (order, than) = if part.newest.is_some() { (" DESC", "<") } else { ("", ">") };
        let mut wanted = self.window(part);
        let skip = match after {
            After::Key => {
                let place =
                    |(place, column): (usize, &&Column)| format!("${}::text::{}", place + 1, column.kind);
                let last = key.iter().enumerate().map(place).collect::<Vec<_>>();
                wanted.push(format!("({}) {than} ({})", names.join(", "), last.join(", ")));
                0
            }
            After::Rows(skip) => skip,
        };
        let order = names.iter().map(|name| format!("{name}{order}")).collect::<Vec<_>>().join(", ");
        format!("{} ORDER BY {order} LIMIT {count} OFFSET {skip}", self.select(part, &wanted))
    }

    /// All rows that were asked for, for a cursor; `None` when nothing says which are the newest.
    pub(super) fn all(&self, part: &Part) -> Option<String> {
        let all = self.select(part, &self.window(part));
        match (part.newest, self.time(part)) {
            (None, _) => Some(all),
            (Some(newest), Some(time)) => {
                Some(format!("{all} ORDER BY t.{} DESC NULLS LAST LIMIT {newest}", quoted(time)))
            }
            (Some(_), None) => None,
        }
    }

    /// Value, key, time, attempts, time of the first failure.
    fn select(&self, part: &Part, wanted: &[String]) -> String {
        let key =
            self.key().iter().map(|column| format!("t.{}::text", quoted(&column.name))).collect::<Vec<_>>();
        let key = if key.is_empty() { "NULL::text[]".into() } else { format!("ARRAY[{}]", key.join(", ")) };
        let time = self.time(part).map_or("NULL::int8".into(), moment);
        let sample = part.percent.filter(|_| self.oid.is_some());
        let sample =
            sample.map_or(String::new(), |percent| format!(" TABLESAMPLE SYSTEM ({percent}) REPEATABLE (0)"));
        let columns = self.columns.iter().map(Column::select).collect::<Vec<_>>().join(", ");
        let wanted =
            if wanted.is_empty() { String::new() } else { format!(" WHERE {}", wanted.join(" AND ")) };
        format!(
            "SELECT row_to_json(r)::text, {key}, {time}, {}, {} FROM {} t{sample} CROSS JOIN LATERAL (SELECT \
             {columns}) r{wanted}",
            self.attempts(),
            self.failed(),
            self.from
        )
    }

    /// A row without a time lies in every window.
    fn window(&self, part: &Part) -> Vec<String> {
        let Some(time) = self.time(part).map(|time| format!("t.{}", quoted(time))) else { return Vec::new() };
        let bound =
            |than, at: i64| format!("({time} IS NULL OR {time} {than} to_timestamp({at}::float8 / 1000))");
        let since = part.since.map(|since| bound(">=", since));
        since.into_iter().chain(part.until.map(|until| bound("<", until))).collect()
    }

    /// The column of a row's time, if this table has it and it holds times. Of a query's columns no types are kept.
    fn time<'a>(&self, part: &'a Part) -> Option<&'a str> {
        let name = part.time.as_deref()?;
        let fits = |kind: &str| kind.is_empty() || kind.starts_with("timestamp") || kind == "date";
        self.named(&[name], &fits).map(|_| name)
    }

    fn attempts(&self) -> String {
        let counts = |kind: &str| ["smallint", "integer", "bigint"].contains(&kind);
        let column = self.named(ATTEMPTS, &counts);
        column.map_or("NULL::int8".into(), |column| format!("t.{}::int8", quoted(&column.name)))
    }

    fn failed(&self) -> String {
        let column = self.named(FAILED, &|kind| kind.starts_with("timestamp"));
        column.map_or("NULL::int8".into(), |column| moment(&column.name))
    }

    fn named(&self, names: &[&str], fits: &dyn Fn(&str) -> bool) -> Option<&Column> {
        let column =
            |name: &&str| self.columns.iter().find(|column| column.name == *name && fits(&column.kind));
        names.iter().find_map(column)
    }

    /// What its makers say of it and of its columns.
    pub(super) fn properties(&self) -> Vec<(&'static str, Foreign)> {
        let said = |column: &Column| Some(format!("{}: {}", column.name, column.comment.as_ref()?));
        let columns = self.columns.iter().filter_map(said).collect::<Vec<_>>().join("; ");
        let columns = Some(columns).filter(|columns| !columns.is_empty());
        let properties = [("column-comments", columns), ("comment", self.comment.clone())];
        properties.into_iter().filter_map(|(name, text)| Some((name, text?.into()))).collect()
    }
}

/// Where a page begins.
#[derive(Clone, Copy)]
pub(super) enum After {
    Key,
    Rows(u64),
}

impl Column {
    fn select(&self) -> String {
        let name = quoted(&self.name);
        match self.content {
            Content::Text => format!("t.{name}"),
            Content::Bytes => format!("translate(encode(t.{name}, 'base64'), E'\\n', '') AS {name}"),
        }
    }
}

/// A time in milliseconds since 1970; `infinity` is none.
fn moment(column: &str) -> String {
    let name = quoted(column);
    format!("CASE WHEN isfinite(t.{name}) THEN (extract(epoch FROM t.{name}) * 1000)::int8 END")
}

/// A name as SQL takes it, whatever is in it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, kind: &str, key: Option<i64>) -> Column {
        Column { name: name.into(), kind: kind.into(), key, ..Column::default() }
    }

    fn table(columns: Vec<Column>) -> Table {
        Table {
            name: "public.t".into(),
            oid: Some(1),
            from: "\"public\".\"t\"".into(),
            columns,
            ..Table::default()
        }
    }

    fn part(newest: Option<u64>) -> Part {
        Part { time: None, percent: None, newest, since: None, until: None }
    }

    #[test]
    fn a_page_goes_on_after_the_whole_key() {
        let table = table(vec![column("b", "text", Some(2)), column("a", "bigint", Some(1))]);
        let page = table.page(&part(None), After::Key, 10);
        assert!(page.ends_with(
            "WHERE (t.\"a\", t.\"b\") > ($1::text::bigint, $2::text::text) ORDER BY t.\"a\", t.\"b\" LIMIT 10 OFFSET 0"
        ));
        let newest = table.page(&part(Some(5)), After::Rows(3), 2);
        assert!(newest.ends_with("r ORDER BY t.\"a\" DESC, t.\"b\" DESC LIMIT 2 OFFSET 3"), "{newest}");
    }

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        let table = table(vec![column("a\" FROM b; --", "text", None)]);
        let all = table.all(&part(None)).unwrap();
        assert!(all.contains("SELECT t.\"a\"\" FROM b; --\") r"), "{all}");
        assert_eq!(table.all(&part(Some(1))), None);
    }

    #[test]
    fn a_percentage_is_one() {
        let check = |typed: &str| percent(typed).ok();
        assert_eq!(
            [check("0.5"), check("100%"), check("0"), check("101"), check("x")],
            [Some(0.5), Some(100.0), None, None, None]
        );
    }
}
