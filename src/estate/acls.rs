//! What `kafka-acls.sh --list` writes: a heading a resource, and under it one entry a line.
//!
//! It must not know datasets. Source of the form: Apache Kafka, `AclCommand`, `ResourcePattern` and
//! `AccessControlEntry` as they print themselves.

use std::collections::BTreeMap;

use dyetrace_connectors::Permission;

/// Allowed entries for topics, and remarks on what else stood there.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) grants: Vec<Acl>,
    pub(super) remarks: Vec<String>,
}

/// A principal may read or write topics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Acl {
    pub(super) principal: String,
    pub(super) may: Permission,
    /// A topic, or the beginning of several with `*`.
    pub(super) topic: String,
    pub(super) line: usize,
}

struct Entry {
    acls: Vec<Acl>,
    denies: bool,
}

/// Reads a dump.
///
/// # Errors
/// The 1-based line that is not understood.
pub(super) fn parse(text: &str) -> Result<Listed, usize> {
    let (mut allowed, mut denied, mut topic) = (Vec::new(), Vec::new(), None);
    let mut other = 0;
    for (index, line) in text.lines().enumerate() {
        let (number, line) = (index + 1, line.trim());
        if line.is_empty() {
            continue;
        }
        if let Some(resource) = line.strip_prefix("Current ACLs for resource ") {
            topic = Some(heading(resource).ok_or(number)?);
            continue;
        }
        let topic = topic.as_ref().ok_or(number)?;
        let entry = entry(line, topic.as_deref(), number).ok_or(number)?;
        other += usize::from(entry.acls.is_empty());
        if entry.denies { &mut denied } else { &mut allowed }.extend(entry.acls);
    }
    Ok(listed(allowed, &denied, other))
}

fn listed(allowed: Vec<Acl>, denied: &[Acl], other: usize) -> Listed {
    let (grants, taken): (Vec<_>, Vec<_>) =
        allowed.into_iter().partition(|acl| !denied.iter().any(|deny| covers(deny, acl)));
    let mut remarks = Vec::new();
    if other > 0 {
        remarks
            .push(format!("{other} entries are about groups, clusters or other operations, and no grants"));
    }
    let used = |deny: &&Acl| taken.iter().any(|acl| covers(deny, acl));
    let partial = denied.iter().filter(|deny| !used(deny)).count();
    if partial > 0 {
        remarks.push(format!(
            "{partial} denials take away a part of a grant or nothing; the grants are kept whole"
        ));
    }
    Listed { grants, remarks }
}

/// A denial is stronger than any grant that it covers as a whole.
fn covers(deny: &Acl, acl: &Acl) -> bool {
    let who = deny.principal == acl.principal || deny.principal == "User:*";
    who && deny.may == acl.may && super::name_fits(&deny.topic, &acl.topic)
}

/// The topics that a heading is about; `Some(None)` where it is about something else.
fn heading(resource: &str) -> Option<Option<String>> {
    let inner = resource.split('`').nth(1)?;
    match inner.strip_prefix("ResourcePattern(") {
        Some(fields) => {
            let fields = pairs(fields.strip_suffix(')')?);
            topics(fields.get("resourceType")?, fields.get("patternType")?, fields.get("name")?)
        }
        // Before Kafka 2.1: `Topic:LITERAL:name`.
        None => {
            let mut parts = inner.splitn(3, ':');
            topics(parts.next()?, parts.next()?, parts.next()?)
        }
    }
}

fn topics(kind: &str, pattern: &str, name: &str) -> Option<Option<String>> {
    if !kind.eq_ignore_ascii_case("topic") {
        return Some(None);
    }
    match pattern {
        "LITERAL" => Some(Some(name.to_owned())),
        "PREFIXED" => Some(Some(format!("{name}*"))),
        _ => None,
    }
}

fn entry(line: &str, topic: Option<&str>, number: usize) -> Option<Entry> {
    let (principal, operation, permission) = match line.strip_prefix('(') {
        Some(rest) => {
            let fields = pairs(rest.strip_suffix(')')?);
            let field = |name| fields.get(name).map(|value| (*value).to_owned());
            (field("principal")?, field("operation")?, field("permissionType")?)
        }
        None => old_entry(line)?,
    };
    let acl = |may| Acl {
        principal: principal.clone(),
        may,
        topic: topic.unwrap_or_default().to_owned(),
        line: number,
    };
    let acls = match topic {
        None => Vec::new(),
        Some(_) => permissions(&operation).iter().copied().map(acl).collect(),
    };
    Some(Entry { acls, denies: permission.eq_ignore_ascii_case("deny") })
}

/// Before Kafka 2.1: `User:a has Allow permission for operations: Read from hosts: *`.
fn old_entry(line: &str) -> Option<(String, String, String)> {
    let (principal, rest) = line.split_once(" has ")?;
    let (permission, rest) = rest.split_once(" permission for operations: ")?;
    let (operation, _) = rest.split_once(" from hosts: ")?;
    Some((principal.to_owned(), operation.to_owned(), permission.to_owned()))
}

fn permissions(operation: &str) -> &'static [Permission] {
    match operation.to_ascii_uppercase().as_str() {
        "READ" => &[Permission::Read],
        "WRITE" => &[Permission::Write],
        "ALL" => &[Permission::Read, Permission::Write],
        _ => &[],
    }
}

/// `a=b, c=d`; a value may hold `=`, as distinguished names do, and commas before something that is no key.
fn pairs(text: &str) -> BTreeMap<&str, &str> {
    const KEYS: [&str; 7] =
        ["resourceType=", "name=", "patternType=", "principal=", "host=", "operation=", "permissionType="];
    let mut starts: Vec<usize> = KEYS
        .iter()
        .filter_map(|key| match text.starts_with(key) {
            true => Some(0),
            false => text.find(&format!(", {key}")).map(|at| at + 2),
        })
        .collect();
    starts.sort_unstable();
    let ends = starts.iter().skip(1).map(|next| next - 2).chain([text.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| text[*start..end].split_once('=')).collect()
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn check(text: &str, expected: &str) {
        let shown = match parse(text) {
            Err(line) => format!("line {line}"),
            Ok(listed) => {
                let grants =
                    listed.grants.iter().map(|acl| format!("{} {:?} {}", acl.principal, acl.may, acl.topic));
                grants.chain(listed.remarks).collect::<Vec<_>>().join("; ")
            }
        };
        assert_eq!(shown, expected);
    }

    const PAYMENTS: &str = "Current ACLs for resource `ResourcePattern(resourceType=TOPIC, name=payments, patternType=LITERAL)`:\n";

    #[test]
    fn entries_become_grants() {
        let entry = "\t(principal=User:crm, host=*, operation=ALL, permissionType=ALLOW)\n";
        check(&format!("{PAYMENTS} {entry}"), "User:crm Read payments; User:crm Write payments");
        let name = "(principal=User:CN=a, OU=b, host=*, operation=READ, permissionType=ALLOW)";
        check(&format!("{PAYMENTS}{name}"), "User:CN=a, OU=b Read payments");
    }

    #[test]
    fn prefixes_get_a_star_and_groups_are_counted() {
        let prefixed = PAYMENTS.replace("LITERAL", "PREFIXED");
        let group = PAYMENTS.replace("TOPIC", "GROUP");
        let entry = "(principal=User:a, host=*, operation=READ, permissionType=ALLOW)\n";
        check(
            &format!("{prefixed}{entry}{group}{entry}"),
            "User:a Read payments*; 1 entries are about groups, clusters or other operations, and no grants",
        );
    }

    #[test]
    fn a_denial_takes_away_what_it_covers() {
        let allow = "(principal=User:a, host=*, operation=ALL, permissionType=ALLOW)\n";
        let deny = "(principal=User:*, host=*, operation=WRITE, permissionType=DENY)\n";
        check(&format!("{PAYMENTS}{allow}{deny}"), "User:a Read payments");
    }

    #[test]
    fn the_old_form_is_read() {
        let text = "Current ACLs for resource `Topic:LITERAL:payments`: \n User:a has Allow permission for operations: Read from hosts: *";
        check(text, "User:a Read payments");
    }

    #[test]
    fn a_line_that_is_not_understood_is_named() {
        check("hello", "line 1");
        check(&format!("{PAYMENTS}(principal=User:a)"), "line 2");
    }
}
