//! Patterns with `*` for any run of characters, as grants and principals are named.

/// Whether the whole of `name` fits `pattern`.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(head) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return name.ends_with(part);
        }
        match name.find(part) {
            Some(at) => name = &name[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn stars_stand_for_any_run() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("User:crm", "User:crm", true),
            ("User:crm", "User:crm2", false),
            ("checkout-*", "checkout-", true),
            ("bus/pay*s.*", "bus/payments.authorized", true),
            ("a*b*b", "ab", false),
            ("*.dlt", "orders.dlt", true),
            ("*.dlt", "orders.dlt.1", false),
            ("a*a", "a", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
