//! Looks runs up.

use rusqlite::Connection;

use super::KeptRun;

/// All of them, the latest first.
pub(super) fn runs(connection: &Connection) -> rusqlite::Result<Vec<KeptRun>> {
    let mut select = connection.prepare(
        "SELECT id, started, estate, datasets, violations, complete FROM runs ORDER BY started DESC, rowid DESC",
    )?;
    let run = |row: &rusqlite::Row<'_>| {
        Ok(KeptRun {
            id: row.get(0)?,
            started: row.get(1)?,
            estate: row.get(2)?,
            datasets: row.get::<_, i64>(3)?.unsigned_abs(),
            violations: row.get::<_, i64>(4)?.unsigned_abs(),
            is_complete: row.get(5)?,
        })
    };
    select.query_map([], run)?.collect()
}

/// The document of one.
pub(super) fn document(connection: &Connection, id: &str) -> rusqlite::Result<String> {
    connection.query_row("SELECT document FROM runs WHERE id = ?1", [id], |row| row.get(0))
}

/// The id that a person means: `latest`, `latest~2`, an id, its beginning, or a date.
pub(super) fn id(runs: &[KeptRun], asked: &str) -> Option<String> {
    let back = match asked.strip_prefix("latest") {
        Some("") => Some(0),
        Some(rest) => rest.strip_prefix('~').and_then(|count| count.parse::<usize>().ok()),
        None => None,
    };
    let found = match back {
        Some(back) => runs.get(back),
        None => runs
            .iter()
            .find(|run| !asked.is_empty() && (run.id.starts_with(asked) || run.started.starts_with(asked))),
    };
    found.map(|run| run.id.clone())
}

#[cfg(test)]
mod tests {
    use super::{KeptRun, id};

    fn check(asked: &str, expected: Option<&str>) {
        let run = |id: &str, started: &str| KeptRun {
            id: id.into(),
            started: started.into(),
            estate: String::new(),
            datasets: 0,
            violations: 0,
            is_complete: true,
        };
        let runs = [
            run("20261121-000000-bbbbbbbb", "2026-11-21T00:00:00Z"),
            run("20261120-000000-aaaaaaaa", "2026-11-20T00:00:00Z"),
        ];
        assert_eq!(id(&runs, asked).as_deref(), expected, "{asked}");
    }

    #[test]
    fn a_run_is_named_in_four_ways() {
        check("latest", Some("20261121-000000-bbbbbbbb"));
        check("latest~1", Some("20261120-000000-aaaaaaaa"));
        check("latest~2", None);
        check("20261120", Some("20261120-000000-aaaaaaaa"));
        check("2026-11-20", Some("20261120-000000-aaaaaaaa"));
        check("", None);
        check("yesterday", None);
    }
}
