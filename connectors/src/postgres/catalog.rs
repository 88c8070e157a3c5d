//! Finds the tables, their columns, keys and comments in the catalog. It reads no row of a table.

use super::client::Session;
use super::table::{Column, Content, Table, quoted};
use super::{Named, nothing};
use crate::{ErrorKind, Foreign, Missed, SourceError};

/// Tables, partitioned tables (without their parts, which they hold), views, materialized views and foreign tables of
/// the users' schemas.
const TABLES: &str = "
SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text, c.reltuples::float8,
       obj_description(c.oid, 'pg_class'),
       has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT'),
       row_security_active(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
ORDER BY n.nspname, c.relname";

/// Columns of the tables whose numbers `$1` has with commas, and whether they may be read.
const COLUMNS: &str = "
SELECT a.attrelid, a.attname::text, format_type(a.atttypid, a.atttypmod), a.atttypid = 'bytea'::regtype,
       has_column_privilege(a.attrelid, a.attnum, 'SELECT'), col_description(a.attrelid, a.attnum), k.place
FROM pg_attribute a
LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
LEFT JOIN LATERAL (
    SELECT place FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place) WHERE number = a.attnum
) k ON true
WHERE a.attrelid = ANY (string_to_array($1, ',')::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum";

/// The tables that are wanted, in the order of their names. What may not be read is missed.
pub(super) fn tables(
    session: &Session,
    wants: &dyn Fn(&str, Named) -> bool,
    missed: &mut Vec<Missed>,
) -> Result<Vec<Table>, SourceError> {
    let mut tables = Vec::new();
    for row in session.ask("pg_class", TABLES, &[])? {
        let (schema, table): (&str, &str) = (row.get(1), row.get(2));
        let name = format!("{schema}.{table}");
        let named = if matches!(row.get(3), "v" | "f") { Named::ByName } else { Named::ByPattern };
        if !wants(&name, named) {
            continue;
        }
        if !row.get::<_, bool>(6) {
            missed.push(Missed { what: name.as_str().into(), error: denied(&name, "no column may be read") });
            continue;
        }
        if row.get::<_, bool>(7) {
            missed.push(Missed { what: name.as_str().into(), error: veiled(&name) });
        }
        let rows: f64 = row.get(4);
        tables.push(Table {
            name,
            oid: Some(row.get(0)),
            from: format!("{}.{}", quoted(schema), quoted(table)),
            columns: Vec::new(),
            // -1 where nothing was counted yet.
            rows: (rows >= 0.0).then_some(rows as u64),
            comment: row.get(5),
        });
    }
    columns(session, &mut tables, missed)?;
    Ok(tables)
}

fn columns(session: &Session, tables: &mut [Table], missed: &mut Vec<Missed>) -> Result<(), SourceError> {
    let numbers: Vec<String> = tables.iter().filter_map(|table| Some(table.oid?.to_string())).collect();
    let mut hidden: Vec<(u32, String)> = Vec::new();
    for row in session.ask("pg_attribute", COLUMNS, &[&numbers.join(",")])? {
        let oid: u32 = row.get(0);
        if !row.get::<_, bool>(4) {
            hidden.push((oid, row.get(1)));
            continue;
        }
        let Some(table) = tables.iter_mut().find(|table| table.oid == Some(oid)) else { continue };
        table.columns.push(Column {
            name: row.get(1),
            kind: row.get(2),
            content: if row.get(3) { Content::Bytes } else { Content::Text },
            key: row.get(6),
            comment: row.get(5),
        });
    }
    for table in tables {
        let names = hidden.iter().filter(|(oid, _)| table.oid == Some(*oid)).map(|(_, name)| name.as_str());
        let names = names.collect::<Vec<_>>().join(", ");
        if !names.is_empty() {
            // A part of a key is none.
            table.columns.iter_mut().for_each(|column| column.key = None);
            missed.push(Missed { what: table.name.as_str().into(), error: denied(&table.name, &names) });
        }
    }
    Ok(())
}

/// The user's query as a table.
pub(super) fn query(session: &Session, query: &str) -> Result<Table, SourceError> {
    // A comment at the query's end ends with the line.
    let from = format!("(\n{query}\n)");
    let columns = session.columns("query", &format!("SELECT * FROM {from} t"))?;
    let column = |(name, bytes)| Column {
        name,
        content: if bytes { Content::Bytes } else { Content::Text },
        ..Column::default()
    };
    let columns: Vec<Column> = columns.into_iter().map(column).collect();
    if columns.is_empty() {
        return Err(nothing("query"));
    }
    Ok(Table { name: "query".into(), from, columns, ..Table::default() })
}

fn denied(name: &str, why: &str) -> SourceError {
    SourceError {
        kind: ErrorKind::Denied,
        what: name.into(),
        why: why.into(),
        help: "these columns may not be read: grant SELECT on them, or leave them out knowingly",
    }
}

fn veiled(name: &str) -> SourceError {
    SourceError {
        kind: ErrorKind::Denied,
        what: name.into(),
        why: Foreign::default(),
        help: "row-level security hides rows from the role, and what it hides is not read: grant BYPASSRLS",
    }
}
