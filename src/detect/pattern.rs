//! Names with `*`, as fields, dataset rules, grants, principals and groups are matched.

/// Whether a name fits a pattern: `*` is any run of characters, everything else is itself.
pub fn name_fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(found) = rest.find(part) else { return false };
        rest = &rest[found + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::name_fits;

    #[test]
    fn a_star_is_any_run() {
        let fits =
            |pattern, names: &[&str]| names.iter().map(|name| name_fits(pattern, name)).collect::<Vec<_>>();
        assert_eq!(
            fits("bus/payments.*", &["bus/payments.a", "bus/payments.", "bus/payments"]),
            [true, true, false]
        );
        assert_eq!(fits("contacts", &["contacts", "contacts2"]), [true, false]);
        assert_eq!(fits("*-retry-*", &["a-retry-1", "-retry-", "a-retry"]), [true, true, false]);
        assert_eq!(fits("a*a", &["aa", "a", "aba"]), [true, false, true]);
        assert_eq!(fits("*", &["", "x/y"]), [true, true]);
        assert_eq!(fits("a.b", &["a.b", "axb"]), [true, false]);
    }
}
