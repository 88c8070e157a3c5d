//! Who may read and write a table, from the catalog's access lists and the membership of roles, and which publications
//! hand its rows on.

use std::collections::BTreeSet;

use super::client::Session;
use super::table::Table;
use crate::{
    Access, ErrorKind, Foreign, Grant, Missed, Movement, MovementKind, Permission, Place, SourceError,
};

/// What the access lists of the tables and of their columns say, PUBLIC included.
const LISTED: &str = "
SELECT DISTINCT n.nspname || '.' || c.relname, coalesce(r.rolname::text, 'PUBLIC'), l.privilege_type = 'SELECT'
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
    SELECT * FROM aclexplode(coalesce(c.relacl, acldefault('r', c.relowner)))
    UNION ALL
    SELECT x.* FROM pg_attribute a, aclexplode(a.attacl) x WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL
) l
LEFT JOIN pg_roles r ON r.oid = l.grantee
WHERE c.oid = ANY (string_to_array($1, ',')::oid[]) AND l.privilege_type IN ('SELECT', 'INSERT', 'UPDATE')
  AND (l.grantee = 0 OR r.rolname IS NOT NULL)";

/// What each role that may log in can do, by itself, by PUBLIC, as a superuser, or as any role that it is a member of.
const EFFECTIVE: &str = "
SELECT n.nspname || '.' || c.relname, m.rolname::text,
       bool_or(has_any_column_privilege(g.oid, c.oid, 'SELECT')),
       bool_or(has_any_column_privilege(g.oid, c.oid, 'INSERT, UPDATE'))
FROM pg_roles m
JOIN pg_roles g ON pg_has_role(m.oid, g.oid, 'MEMBER')
CROSS JOIN pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE m.rolcanlogin AND c.oid = ANY (string_to_array($1, ',')::oid[])
GROUP BY 1, 2
HAVING bool_or(has_schema_privilege(g.oid, n.oid, 'USAGE'))";

const PUBLISHED: &str = "
SELECT DISTINCT schemaname || '.' || tablename, pubname::text FROM pg_publication_tables
WHERE (schemaname || '.' || tablename) = ANY (string_to_array($1, E'\\n'))";

/// What the catalog knows of these tables.
pub(super) fn access<'a>(
    session: &Session,
    tables: impl Iterator<Item = &'a Table> + Clone,
    namespace: &Foreign,
) -> Result<Access, SourceError> {
    let numbers: Vec<String> = tables.clone().filter_map(|table| Some(table.oid?.to_string())).collect();
    let numbers = numbers.join(",");
    let names: Vec<&str> =
        tables.filter(|table| table.oid.is_some()).map(|table| table.name.as_str()).collect();
    if names.is_empty() {
        return Ok(Access::default());
    }
    let mut access = Access::default();
    let mut held = BTreeSet::new();
    match grants(session, &numbers, &mut held) {
        Err(error) if error.kind == ErrorKind::Unreachable => return Err(error),
        // Whatever else goes wrong ends the transaction, and with it the rest.
        Err(error) => access.missed.push(Missed { what: "pg_roles".into(), error }),
        Ok(()) => match published(session, &names.join("\n"), namespace) {
            Ok(movements) => access.movements = movements,
            Err(error) => access.missed.push(Missed { what: "pg_publication_tables".into(), error }),
        },
    }
    let grant = |(dataset, principal, may): (String, String, Permission)| Grant {
        principal: principal.into(),
        may,
        dataset: dataset.into(),
    };
    access.grants = held.into_iter().map(grant).collect();
    Ok(access)
}

type Held = BTreeSet<(String, String, Permission)>;

fn grants(session: &Session, numbers: &str, held: &mut Held) -> Result<(), SourceError> {
    for row in session.ask("pg_class", LISTED, &[numbers])? {
        let may = if row.get(2) { Permission::Read } else { Permission::Write };
        held.insert((row.get(0), row.get(1), may));
    }
    for row in session.ask("pg_roles", EFFECTIVE, &[numbers])? {
        for (column, may) in [(2, Permission::Read), (3, Permission::Write)] {
            if row.get(column) {
                held.insert((row.get(0), row.get(1), may));
            }
        }
    }
    Ok(())
}

/// A publication is where change data capture and replicas take a table's rows from.
fn published(session: &Session, names: &str, namespace: &Foreign) -> Result<Vec<Movement>, SourceError> {
    let rows = session.ask("pg_publication_tables", PUBLISHED, &[names])?;
    let movement = |row: &tokio_postgres::Row| {
        let (table, publication): (String, String) = (row.get(0), row.get(1));
        let name = format!("publication/{publication}").into();
        Movement {
            from: Place::Dataset(table.into()),
            to: Place::Elsewhere { namespace: namespace.clone(), name },
            kind: MovementKind::Subscription,
            by: publication.into(),
            count: None,
            last: None,
        }
    };
    let mut movements: Vec<Movement> = rows.iter().map(movement).collect();
    movements.sort();
    Ok(movements)
}
